"""`referral backup` and `referral restore`: the data in one file, their keys in another."""
