"""What a clinic's programs are told: every event of its log, in the log's order."""
