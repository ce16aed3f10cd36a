"""The directory of clinics and their chiropractors."""
