"""What every door shares; it knows no domain."""
