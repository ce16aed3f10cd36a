"""Where things lie: addresses, ZIP codes, cities and distances."""
