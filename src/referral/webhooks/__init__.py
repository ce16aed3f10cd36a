"""The feed's third form: each event is sent to the addresses that a clinic named, signed."""
