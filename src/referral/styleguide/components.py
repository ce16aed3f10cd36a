"""Every other component in every state: the name of a macro, and what it is given."""

from collections.abc import Mapping

from referral.styleguide.states import LONG_NAME, LONG_TEXT, State, given, shown

FACTS = '<dl class="facts">{}</dl>'
WORDS = "<p>Read <a href='/articles'>why we say so</a>.</p>"
LONG_WORDS = f"<p>{LONG_TEXT}</p><p>{LONG_NAME}</p>"
ADDRESS = ["120 Hill Street", "Suite 4", "Portland, OR 97201"]
OPEN = ["Open now", "", ["until %(time)s", given(time="6 pm PST")]]
CLOSED = ["Closed today", "Thanksgiving", ["opens tomorrow at %(time)s", given(time="9 am PST")]]
HOURS = ["Mon to Fri, 8 AM to 6 PM", "Sat, 9 AM to 1 PM"]
DAYS_OFF = [("December 24", "Christmas"), ("December 31", "")]
TAKES = given(kind="good", text="Taking new patients")
ASK = "<a class='button button-primary' href='/clinics'>Ask for an appointment</a>"
HILLTOP = given(
    **given(id=1, name="Hilltop Spine Care", url="/clinics", address=ADDRESS, tag=TAKES, miles=0.8),
    **given(phone="(503) 555-0123", opening=OPEN, hours=HOURS, closed=DAYS_OFF),
    **given(languages=["English", "Spanish"], techniques=["Exercise", "Soft tissue"]),
    why=[("confirmed on %(day)s", given(day="November 3"))],
)
LISTED = given(
    **given(id=2, name="Without much", address=["1 Plain Street"], phone="", hours=[]),
    tag=given(kind="neutral", text="Not yet with us: please call"),
)
LONG = given(
    **given(id=3, name=LONG_NAME, address=[LONG_NAME], phone="+1 503 555 0188", miles=2.3),
    **given(opening=CLOSED, languages=[LONG_NAME], tag=given(kind="stop", text="No new patients")),
)
ROWS = (
    given(label="Age", value=42, change_url="/check/age"),
    given(label="Where it hurts", value=["Lower back", "Buttock or hip"], change_url="/check"),
    given(label="Your note", value=LONG_NAME, change_url="/check/note"),
    given(label="Clinic", value="Hilltop Spine Care"),
)
HISTORY = (
    given(title="Sent", when="Monday, November 30, 9:12 AM", at="2026-11-30T09:12:00-08:00"),
    given(title="Opened by the clinic", when="1:40 PM", text="Someone has read it.", current=True),
    given(title=LONG_NAME, text=LONG_TEXT),
)
STEPS = (
    given(title="Call and say where you are", text="Stay on the line."),
    given(title="Do not eat or drink"),
    given(title=LONG_NAME, text=LONG_TEXT),
)
SHARED = "https://example.org/a?b=1&c=2"
SERIOUS = ("Numbness around the genitals or inner thighs", "A leg or arm that is getting weaker")
EMERGENCY = given(number="911", level=3)

COMPONENTS: Mapping[str, tuple[State, ...]] = {
    "emergency_box": (
        shown("with signs", title="Call now if any is true", signs=SERIOUS, id="e-1", **EMERGENCY),
        shown(
            "with words, long text",
            **given(inside=LONG_WORDS, title=LONG_NAME, signs=[LONG_NAME], id="e-2"),
            **EMERGENCY,
        ),
    ),
    "emergency_now": (shown("where a page cannot help", number="911", id="e-3"),),
    "notification": (
        shown("success, which is announced", inside=WORDS, kind="success", title="Sent", level=3),
        shown("info", kind="info", title="This is not a diagnosis", level=3),
        shown("warning", inside=WORDS, kind="warning", title="See a doctor first", level=3),
        shown("long text", inside=LONG_WORDS, kind="info", title=LONG_NAME, level=3),
    ),
    "button": (
        shown("primary", text="Send the request"),
        shown("secondary", text="Show clinics", kind="secondary"),
        shown("danger", text="Cancel the request", kind="danger"),
        shown("quiet", text="Back", kind="quiet"),
        shown("long text", text=LONG_TEXT[:90]),
    ),
    "link_button": (
        shown("primary", text="Check your symptoms", href="/check"),
        shown("secondary", text="Find a clinic", href="/clinics", kind="secondary"),
    ),
    "tel_link": (
        shown("a number", number="(503) 555-0123"),
        shown("as a button", number="911", text="Call 911 now", **{"class": "button"}),
    ),
    "tag": tuple(
        shown(kind, kind=kind, text=text)
        for kind, text in (
            ("neutral", "Ended"),
            ("info", "Opened"),
            ("good", "Booked"),
            ("wait", "Waiting for the clinic"),
            ("stop", "Declined"),
        )
    ),
    "progress": (
        shown("under way", text="Question 8 of 13", step=8, total=13),
        shown("at the end", text="Question 13 of 13", step=13, total=13),
    ),
    "details": (
        shown("closed", inside=WORDS, summary="Why do we ask?"),
        shown("open, long text", inside=LONG_WORDS, summary=LONG_NAME, open=True),
    ),
    "summary_list": (
        shown("to be changed, long text", rows=ROWS),
        shown("empty, which is nothing", rows=()),
    ),
    "timeline": (shown("on its way, long text", items=HISTORY),),
    "steps": (shown("with and without words, long text", items=STEPS),),
    "clinic_card": (
        shown("all that is known", inside=ASK, clinic=HILLTOP, level=3),
        shown("next to nothing known", clinic=LISTED, level=3),
        shown("long text", clinic=LONG, level=3),
    ),
    "hours": (
        shown("known, with days off", frame=FACTS, lines=HOURS, closed=DAYS_OFF),
        shown("not known", frame=FACTS, lines=()),
    ),
    "opening": (
        shown("open", at=OPEN),
        shown("closed, with the reason", at=CLOSED),
    ),
    "distance": (
        shown("under a mile", miles=0.4),
        shown("one", miles=1.2),
        shown("many", miles=12.6),
    ),
    "directions": (
        shown("to an address", lines=ADDRESS),
        shown("long text", lines=[LONG_NAME, LONG_NAME]),
    ),
    "share": (shown("its buttons are for scripts", url=SHARED, title="When your back seizes up"),),
    "clear_answers": (shown("for shared computers", inside="On a shared computer?"),),
}
