"""The letters about a request, and the calendar files of its visit."""
