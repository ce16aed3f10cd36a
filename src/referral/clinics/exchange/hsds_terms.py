"""The terms by which attributes say in HSDS what it has no field for (pure)."""

from collections.abc import Mapping

from referral.clinics.vocabulary import ACCESSIBILITY, INSURANCE, PRICES, TECHNIQUES

NUCC = "http://nucc.org/provider-taxonomy"
CHIROPRACTOR = "111N00000X"
NPI = "US-NPI"
CLINIC, HOLIDAYS = "referral:clinic", "us-federal"
TECHNIQUE, ACCESS = "referral:technique", "referral:accessibility"
PAYER, VISIT = "referral:insurance", "referral:price"
TERMS: Mapping[str, Mapping[str, str]] = {
    NUCC: {CHIROPRACTOR: "Chiropractor"},
    TECHNIQUE: TECHNIQUES,
    ACCESS: ACCESSIBILITY,
    PAYER: INSURANCE,
    VISIT: PRICES,
    CLINIC: {
        "other_name": "Another name of the clinic",
        "accepting": "Whether it takes new patients: yes, waitlist or no",
        "timezone": "IANA name of the time zone of its opening hours",
        "holidays": "Public holidays on which it is closed: us-federal or none",
        "closed_on": "A day on which it is closed",
        "other_place": "The location is one more place of the same clinic",
    },
}
"""Taxonomy to codes to what they mean."""
