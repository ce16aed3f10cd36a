"""What a person agrees to when sending a request; a changed text gets a new version. Pure."""

from referral.text import N_

VERSION = "2026-11-24"
STATEMENTS = (
    N_(
        "Send my name, contact details, answers and the times I chose to this clinic, so that it "
        "can answer my request."
    ),
    N_("Keep them encrypted in this service until the request is over. I can cancel at any time."),
    N_("I understand that this service does not diagnose anything and is not for emergencies."),
)
