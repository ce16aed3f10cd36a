"""Every form component in every state: the name of a macro, and what it is given."""

from collections.abc import Mapping

from referral.styleguide.states import LONG_NAME, LONG_TEXT, LONG_WORD, Given, State, given, shown

YES_NO = (given(value="yes", label="Yes"), given(value="no", label="No"))
LANGUAGES = (given(value="en", label="English"), given(value="es", label="Español"))
STARTS = (
    given(value="lifting", label="Lifting or exercise"),
    given(value="gradual", label="Little by little"),
    given(value="fall", label="A small fall", hint="You slipped or tripped while standing."),
)
SIGNS = (
    given(value="fever", label="Fever of 100.4 °F (38 °C) or more"),
    given(value="weight_loss", label="Losing weight without trying"),
    given(value="night", label="Constant pain that no position eases, or that is worse at night"),
)
NONE_OF_THESE = given(value="none", label="None of these")
PLACES = (
    given(value="neck", label="Neck"),
    given(value="upper_back", label="Upper or middle back"),
    given(value="lower_back", label="Lower back"),
    given(value="buttock_hip", label="Buttock or hip"),
)
USUAL_DAY = (
    given(value="normal", label="Yes, as always"),
    given(value="limited", label="Some of it", hint="For example, you work but cannot lift."),
    given(value="cannot", label="No"),
)
ENDS = given(low="no pain", high="the worst you can imagine")
CHOICES = '<div class="choices">{}</div>'
SMALL = (
    '<div><label for="f-opens">Opens</label><input class="input" type="time" id="f-opens"></div>'
)


def _day(label: str, date: str, iso: str, *, is_closed: bool = False) -> Given:
    parts = (
        given(value=f"{iso}_morning", label="Morning", hours="8 to 12", disabled=is_closed),
        given(value=f"{iso}_afternoon", label="Afternoon", hours="12 to 5", checked=True),
        given(value=f"{iso}_evening", label="Evening"),
    )
    return given(label=label, date=date, parts=parts)


DAYS = (
    _day("Tuesday", "December 1", "2026-12-01", is_closed=True),
    _day("Wednesday", "December 2", "2026-12-02"),
    _day("Thursday", "December 3", "2026-12-03"),
)

FIELDS: Mapping[str, tuple[State, ...]] = {
    "text_input": (
        shown("empty", name="name", label="Your name", autocomplete="name"),
        shown(
            "with a hint, filled, short",
            **given(name="age", label="How old are you?", hint="In years.", value=42),
            **given(inputmode="numeric", maxlength=3, width="short"),
        ),
        shown(
            "optional, medium; what was typed is shown as text",
            **given(name="phone", label="Phone number", value="Ana <b>O'Neil</b>", type="tel"),
            **given(required=False, width="medium"),
        ),
        shown("long text", name="long", label=LONG_TEXT, value=LONG_NAME),
        shown("as the only question of a page", name="only", label="How old?", heading=True),
    ),
    "textarea": (
        shown(
            "empty, with a hint, optional",
            **given(name="note", label="Anything else?", hint="Not for an emergency."),
            **given(maxlength=500, required=False),
        ),
        shown("filled, long text", name="told", label="Your note", value=LONG_TEXT),
    ),
    "select": (
        shown(
            "nothing chosen, with a hint, optional",
            **given(name="first", label="Which language?", hint="We write in it."),
            **given(options=LANGUAGES, prompt="Choose one", required=False),
        ),
        shown("chosen", name="then", label="Which language now?", options=LANGUAGES, value="es"),
    ),
    "radios": (
        shown("nothing chosen", name="who", legend="Who needs care?", options=YES_NO),
        shown(
            "chosen, with hints",
            **given(name="onset", legend="How did it start?", hint="Choose the closest one."),
            **given(options=STARTS, value="gradual"),
        ),
    ),
    "checkboxes": (
        shown(
            "nothing chosen, optional",
            **given(name="some", legend="Any of these?", options=SIGNS[:2], required=False),
        ),
        shown(
            "chosen, with a hint, one option apart",
            **given(name="signs", legend="Any of these now?", hint="Choose all that apply."),
            **given(options=SIGNS, values=["fever"], or_none=NONE_OF_THESE),
        ),
    ),
    "map": (
        shown(
            "chosen, with a hint",
            **given(name="regions", legend="Where is the pain?", hint="Choose all that fit."),
            **given(options=PLACES, values=["upper_back"]),
        ),
    ),
    "answers": (
        shown(
            "answered before, with hints",
            **given(name="function", legend="Can you do your usual day?"),
            **given(options=USUAL_DAY, value="limited"),
        ),
    ),
    "scale": (
        shown(
            "answered before, with a hint",
            **given(name="pain", legend="How strong is the pain?", hint="Tap a number.", value=3),
            **ENDS,
        ),
    ),
    "slot_grid": (
        shown(
            "with a hint, chosen, a part that is closed",
            **given(name="windows", legend="When could you come?", days=DAYS),
            hint="Choose up to six. The clinic picks one. Times are in Portland time (Pacific).",
        ),
    ),
    "choice": (
        shown("free", frame=CHOICES, type="checkbox", name="a", option=STARTS[2], checked=False),
        shown("chosen", frame=CHOICES, type="checkbox", name="b", option=SIGNS[2], checked=True),
    ),
    "tick": (
        shown("free", name="weekdays", label="Tuesday to Friday are the same"),
        shown("chosen", name="gone", label="Has left: take this name off", checked=True),
    ),
    "group": (
        shown("of small inputs", inside=SMALL, name="opens", legend="Monday"),
        shown(
            "optional, with a hint",
            **given(name="days_off", legend="Days off", hint="As many as you like."),
            **given(inside="<p>Nothing yet.</p>", required=False),
        ),
    ),
    "small_input": (
        shown("a time, filled", name="closes", label="Closes", value="17:00", type="time"),
        shown("a day, empty", name="day_off", label="Closed on", type="date"),
        shown(
            "a label for the ear only", name="day_2", label="Day 2", type="date", hide_label=True
        ),
    ),
    "copy_field": (
        shown("with a hint", name="key", label="Your key", value="rk_…", hint="Shown once."),
        shown("long text", name="link", label="Your private link", value=LONG_NAME),
    ),
}

# Beside a mistake, on a page of their own, with its title, its summary and where it puts the focus.
WRONG: Mapping[str, Given] = {
    "text_input": given(
        **given(name="age", label="How old are you?", hint="In years.", value="forty"),
        **given(error="Enter your age as a number, such as 42.", width="short"),
    ),
    "textarea": given(
        **given(name="note", label="Anything else?", value=LONG_WORD),
        error="Your note is too long. Keep it under 500 letters.",
    ),
    "select": given(
        **given(name="language", label="Which language?", error="Choose a language."),
        **given(options=[given(value="en", label=LONG_WORD)], prompt="Choose one"),
    ),
    "radios": given(
        **given(name="onset", legend="How did it start?", error="Choose how it started."),
        options=[STARTS[0], given(value="long", label=LONG_WORD, hint=LONG_WORD)],
    ),
    "checkboxes": given(
        **given(name="signs", legend="Any of these now?", hint="Choose all that apply."),
        **given(error="Choose at least one, or “None of these”.", or_none=NONE_OF_THESE),
        options=[SIGNS[0], given(value="long", label=LONG_WORD)],
    ),
    "map": given(
        **given(name="regions", legend="Where is the pain?", error="Choose one place or more."),
        options=[*PLACES[:3], given(value="buttock_hip", label=LONG_WORD)],
    ),
    "answers": given(
        **given(name="function", legend="Can you do your usual day?", options=USUAL_DAY),
        error="Choose how much of your usual day you can do.",
    ),
    "scale": given(
        **given(name="pain", legend="How strong is the pain?", **ENDS),
        error="Choose a number from 0 to 10.",
    ),
    "slot_grid": given(
        **given(name="windows", legend="When could you come?", hint="Choose up to six."),
        **given(days=DAYS, error="Choose no more than six."),
    ),
    "small_input": given(name="opens", label="Opens", type="time", wrong="monday"),
}
