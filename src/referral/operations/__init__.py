"""What an operator sees of the running service: overdue requests, the outbox, the worker."""
