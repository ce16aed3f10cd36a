"""The person follows their request: the pages behind its link, and what is held about them."""
