"""The life of a request: sent, moved, due, over, erased."""
