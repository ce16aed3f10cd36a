"""The directory of clinics: here what a clinic is, in the rooms what is done with it."""
