"""A clinic leaves: what spans its requests, its keys, its webhooks and the directory."""
