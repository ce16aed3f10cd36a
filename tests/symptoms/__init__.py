"""The symptom form and its rules, put to the test."""
