"""The blog: Markdown files with front matter, read once at start."""
