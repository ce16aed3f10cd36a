"""What the codes in a clinic's profile are called: techniques, languages, NUCC specialties."""

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

TAXONOMIES: Mapping[str, str] = {
    "111N00000X": N_("Chiropractor"),
    "111NI0013X": N_("Independent Medical Examiner"),
    "111NI0900X": N_("Internist"),
    "111NN0400X": N_("Neurology"),
    "111NN1001X": N_("Nutrition"),
    "111NX0100X": N_("Occupational Health"),
    "111NX0800X": N_("Orthopedic"),
    "111NP0017X": N_("Pediatric Chiropractor"),
    "111NR0200X": N_("Radiology"),
    "111NR0400X": N_("Rehabilitation"),
    "111NS0005X": N_("Sports Physician"),
    "111NT0100X": N_("Thermography"),
}
"""NUCC code to name, all that belong to chiropractors. Show `TAXONOMY_CREDIT` beside them."""

TAXONOMY_CREDIT = N_(
    "Specialty names: Health Care Provider Taxonomy code set, © American Medical Association "
    "on behalf of the National Uniform Claim Committee (nucc.org)."
)
