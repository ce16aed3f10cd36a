"""Appointment requests: here what a request is, in the rooms what is done with it."""
