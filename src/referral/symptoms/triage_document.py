"""Writes docs/triage.md from the tables, so that the paper cannot disagree with the code."""

from collections.abc import Iterator

from referral.symptoms.flags import FLAGS
from referral.symptoms.guidance import DEFAULT_EMERGENCY_NUMBER, GUIDANCE
from referral.symptoms.levels import Level
from referral.symptoms.questions import QUESTIONS
from referral.symptoms.rule import Rule
from referral.symptoms.rules_visit import CALM_RULES
from referral.symptoms.sweeps import SWEEPS
from referral.symptoms.triage import RULES, RULES_VERSION, may_request

_INTRODUCTION = f"""\
# How answers become a direction

Generated from the rule tables in `src/referral/symptoms/` by `triage_document.document()`; change
the tables, not this page. Rule set version: `{RULES_VERSION}`.

**These rules sort people to the right door. They diagnose nothing. They need the sign-off of a
licensed clinician before real use.**

- Every warning rule (E, U, D) is tried. The highest level among those that hold wins, so one more
  sign can only raise the outcome.
- Only where no warning rule holds do S1 and then C1 decide.
- An answer that was not given reassures nobody: self-care needs every calm answer said out loud,
  and no rule takes a gap for good news.
- The note is never read by a rule.
- An outcome is stored with the version above, and is explained by the rules of that version.
"""

_TRIED = """\
The tests try {total:,} complete sets of answers one by one. Each must give the outcome, the rules
and the flags that a second, separately written program gives. In each sweep one more sign or a
higher pain score must never lower the level. Random sets beyond these are tried as well.
"""

_REQUESTS = {
    (False, False): "never; contact details are not asked for either",
    (False, True): "only after a doctor has examined this episode and agreed to hands-on care",
    (True, True): "yes",
}


def document() -> str:
    """Return the whole page as Markdown, ending in a line break."""
    parts = (_INTRODUCTION, _levels(), _rules(), _flags(), _sweeps(), _vocabulary())
    return "\n".join(parts)


def _levels() -> str:
    rows = (
        (f"`{level}`", _filled(GUIDANCE[level].title), _requests(level), _counted(level))
        for level in Level
    )
    heads = ("Level", "The person reads", "A request to a clinic", "Rules")
    return "## Levels, from high to low\n\n" + _table(heads, rows)


def _rules() -> str:
    return "## Rules\n\n" + "\n".join(
        f"### {level}\n\n" + "\n".join(_rule(rule) for rule in RULES if rule.level is level)
        for level in Level
    )


def _rule(rule: Rule) -> str:
    calm = "no warning rule holds **and** " if rule in CALM_RULES else ""
    return (
        f"**{rule.id}**\n\n"
        f"- When: {calm}{rule.when.words()}\n"
        f"- The person reads: {rule.reason}\n"
        f"- Source: {rule.source}\n"
    )


def _flags() -> str:
    rows = (
        (f"`{flag.code}`", flag.when.words(), flag.label, flag.clinic, flag.person)
        for flag in FLAGS
    )
    heads = ("Flag", "When", "Label", "The clinic reads", "The person reads")
    return "## Caution flags for the clinic\n\n" + _table(heads, rows)


def _sweeps() -> str:
    total = sum(sweep.size for sweep in SWEEPS)
    rows = ((sweep.title, f"{sweep.size:,}") for sweep in SWEEPS)
    heads = ("Sweep", "Sets of answers")
    return f"## Combinations tried\n\n{_TRIED.format(total=total)}\n{_table(heads, rows)}"


def _vocabulary() -> str:
    rows = (
        (f"`{asked.id}`", asked.text, f"`{option.code}`", _labelled(option.label, option.hint))
        for asked in QUESTIONS.values()
        for option in asked.options
    )
    heads = ("Question", "Text", "Code", "Answer")
    return "## Answers and their codes\n\n" + _table(heads, rows)


def _requests(level: Level) -> str:
    without, cleared = (may_request(level, doctor_cleared=stated) for stated in (False, True))
    return _REQUESTS[without, cleared]


def _counted(level: Level) -> str:
    return ", ".join(rule.id for rule in RULES if rule.level is level)


def _filled(sentence: str) -> str:
    return sentence % {"emergency_number": DEFAULT_EMERGENCY_NUMBER}


def _labelled(label: str, hint: str) -> str:
    return f"{label}. {hint}" if hint else label


def _table(heads: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    lines = (heads, ("---",) * len(heads), *rows)
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
