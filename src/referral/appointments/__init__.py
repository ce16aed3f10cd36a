"""Appointment requests: from sending to the answer."""
