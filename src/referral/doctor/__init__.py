"""`referral doctor`: looks at all that the service needs, and says how to mend what it lacks."""
