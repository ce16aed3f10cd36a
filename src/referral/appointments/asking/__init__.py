"""A person asks a clinic: the form, and who else could be asked."""
