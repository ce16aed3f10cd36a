"""What the codes in a clinic's profile are called."""

from collections.abc import Mapping

from referral.text import N_

TECHNIQUES: Mapping[str, str] = {
    "diversified": N_("Adjusting by hand (Diversified)"),
    "activator": N_("Adjusting with a small spring tool (Activator)"),
    "drop_table": N_("Adjusting on a drop table (Thompson)"),
    "flexion_distraction": N_("Gentle stretching on a moving table (flexion-distraction)"),
    "gonstead": N_("Adjusting one joint at a time (Gonstead)"),
    "sot": N_("Wedges under the hips (sacro-occipital technique)"),
    "mobilization": N_("Slow, gentle joint movement (mobilization)"),
    "soft_tissue": N_("Work on muscles and other soft tissue"),
    "exercise": N_("Exercises to do at home"),
}
"""Technique code to label: plain words first, the trade name in brackets."""

LANGUAGES: Mapping[str, str] = {
    "en": N_("English"),
    "es": N_("Spanish"),
    "zh": N_("Chinese"),
    "tl": N_("Tagalog"),
    "vi": N_("Vietnamese"),
    "ar": N_("Arabic"),
    "fr": N_("French"),
    "ko": N_("Korean"),
    "ru": N_("Russian"),
    "de": N_("German"),
    "ht": N_("Haitian Creole"),
    "hi": N_("Hindi"),
    "pt": N_("Portuguese"),
    "it": N_("Italian"),
    "pl": N_("Polish"),
    "ur": N_("Urdu"),
    "ja": N_("Japanese"),
    "fa": N_("Persian"),
    "gu": N_("Gujarati"),
    "te": N_("Telugu"),
    "bn": N_("Bengali"),
    "th": N_("Thai"),
    "el": N_("Greek"),
    "pa": N_("Punjabi"),
    "ta": N_("Tamil"),
    "hy": N_("Armenian"),
    "he": N_("Hebrew"),
    "uk": N_("Ukrainian"),
}
"""ISO 639-1 code to name: English, and the languages most often spoken at home in the US besides.

The first 25 after English stand in the order of the American Community Survey 2016 (Census Bureau).
"""

ACCESSIBILITY: Mapping[str, str] = {
    "step_free": N_("No steps from the street to the treatment room"),
    "parking": N_("Parking for disabled people close to the door"),
    "restroom": N_("Restroom that a wheelchair can enter"),
    "low_table": N_("Treatment table that can be lowered"),
    "seated": N_("Treatment in a chair or wheelchair"),
}
"""Code of what makes a clinic accessible to label."""

INSURANCE: Mapping[str, str] = {
    "medicare": N_("Medicare"),
    "medicaid": N_("Medicaid"),
    "veterans": N_("Veterans' care (VA)"),
    "tricare": N_("TRICARE"),
    "workers_comp": N_("Workers' compensation"),
    "auto": N_("Car insurance after a crash"),
    "aetna": N_("Aetna"),
    "blue_cross": N_("Blue Cross Blue Shield"),
    "cigna": N_("Cigna"),
    "humana": N_("Humana"),
    "kaiser": N_("Kaiser Permanente"),
    "united": N_("UnitedHealthcare"),
    "hsa": N_("Health savings account (HSA or FSA)"),
    "none": N_("Patients who pay themselves"),
}
"""Code of who pays to label: public programs, then private insurers."""

PRICES: Mapping[str, str] = {
    "first_visit": N_("First visit, paid by yourself"),
    "follow_up": N_("Each later visit, paid by yourself"),
}
"""Code of a visit that has a price to label."""

OPEN: Mapping[str, str] = {
    "saturday": N_("Open on Saturday"),
    "evening": N_("Open in the evening, later than 6 pm"),
}
"""Code of when a clinic is open beside the usual hours to label."""

TAKING: Mapping[str, str] = {
    "new_patients": N_("Taking new patients"),
    "online_requests": N_("Can be asked here for an appointment"),
}
"""Code of whom a clinic takes to label."""
