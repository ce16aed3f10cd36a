"""The symptom form and the rules that choose the right door."""
