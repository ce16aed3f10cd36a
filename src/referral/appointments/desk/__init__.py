"""The clinic's desk: its list of requests, one request whole, notes and exports."""
