"""The national register of providers (NPPES), and the clinics that follow from it."""
