"""Referral: from an article about back spasms to a chiropractor's answer."""
