"""What a person agrees to when sending a request; a changed text gets a new version. Pure."""

from collections.abc import Mapping

from referral.text import N_

VERSION = "2026-11-24.2"
_NO_DIAGNOSIS = N_(
    "I understand that this service does not diagnose anything and is not for emergencies."
)
# Requests keep the version that was agreed to, so no text is ever taken out or reworded here.
TEXTS: Mapping[str, tuple[str, ...]] = {
    VERSION: (
        N_(
            "Send my name, contact details, note, answers and the times I chose to the clinic "
            "that I ask, so that it can answer my request."
        ),
        N_(
            "If that clinic says no or does not answer, send the same on, but only to clinics "
            "that I choose."
        ),
        N_("Keep all of this encrypted in this service. I can cancel at any time."),
        _NO_DIAGNOSIS,
    ),
    "2026-11-24": (
        N_(
            "Send my name, contact details, answers and the times I chose to this clinic, so that "
            "it can answer my request."
        ),
        N_(
            "Keep them encrypted in this service until the request is over. I can cancel at any "
            "time."
        ),
        _NO_DIAGNOSIS,
    ),
}
STATEMENTS = TEXTS[VERSION]
