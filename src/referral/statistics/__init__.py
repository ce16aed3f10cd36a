"""What is counted: how many ask, how soon clinics answer, and whether every request is answered."""
