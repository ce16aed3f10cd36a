"""Who may speak for a clinic: bearer keys."""
