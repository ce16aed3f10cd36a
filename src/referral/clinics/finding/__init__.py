"""Finding a clinic: the search, its page, and what search engines read."""
