"""The append-only log of every change, gap-free per clinic."""
