"""Clinics as lists for other directories have them: HSDS 3 and CSV, in and out."""
