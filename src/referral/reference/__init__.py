"""The description of the API: for programs as OpenAPI, for people as a page."""
