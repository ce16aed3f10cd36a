"""Bodies of moves as hypothesis draws them: most of them good, some taken, some in the past."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from referral.appointments.models import Appointment
from referral.appointments.promise import PARTS, PartOfDay
from referral.appointments.states import Action
from world import Json

ZONE = ZoneInfo("America/New_York")
DECLINE = st.sampled_from(
    [
        {"reason": "no_capacity", "next_step": "other_clinic"},
        {"reason": "no_capacity", "next_step": "call_clinic"},
        {"reason": "age", "next_step": "other_clinic"},
        {"reason": "needs_medical_check", "next_step": "see_doctor"},
    ]
)


def drawn_step(
    appointment: Appointment,
    action: Action,
    *,
    now: datetime,
    offered: Sequence[str],
    clinics: Sequence[str],
) -> st.SearchStrategy[Json]:
    """Return bodies of a move; `offered` are ids of times on offer, `clinics` those to send to."""
    today = now.astimezone(ZONE).date()
    windows = st.fixed_dictionaries({"preferred_windows": _windows(today)})
    times = st.lists(_times(today), min_size=1, max_size=5)
    inside = _times_in(appointment, today)
    more: dict[Action, st.SearchStrategy[Json]] = {
        Action.OFFER: st.fixed_dictionaries({"times": times}),
        Action.BOOK: inside,
        Action.MOVE: inside,
        Action.DECLINE: DECLINE,
        Action.ACCEPT: st.fixed_dictionaries(
            {"time_id": st.sampled_from(list(offered) or [str(uuid4())])}
        ),
        Action.REFUSE: windows,
        Action.ASK_MOVE: windows,
        Action.ASK_AGAIN: windows,
        Action.SEND_ON: st.fixed_dictionaries({"clinic_id": st.sampled_from(clinics)}),
    }
    drawn = more.get(action, st.just({}))
    return drawn.map(lambda extra: {"action": action.value, **extra})


def _times(today: date) -> st.SearchStrategy[Json]:
    """Return times in the next days, at few places, so that people want the same ones."""
    return st.builds(
        lambda days, hour, minutes: {
            "starts_at": datetime.combine(today + timedelta(days=days), time(hour), ZONE),
            "minutes": minutes,
        },
        st.integers(1, 4),
        st.integers(9, 12),
        st.sampled_from([30, 90]),
    )


def _times_in(appointment: Appointment, today: date) -> st.SearchStrategy[Json]:
    """Return times inside the windows of a request, which may have passed."""
    given = [(date.fromisoformat(day), part) for day, part in appointment.preferred_windows]
    starts = [
        datetime.combine(day, PARTS[PartOfDay(part)][0], ZONE)
        for day, part in given or [(today, "evening")]
    ]
    return st.builds(
        lambda start, hours: {"starts_at": start + timedelta(hours=hours)},
        st.sampled_from(starts),
        st.integers(2, 5),
    )


def _windows(today: date) -> st.SearchStrategy[list[Json]]:
    window = st.builds(
        lambda days, part: {"date": today + timedelta(days=days), "part": part},
        st.integers(1, 5),
        st.sampled_from(PartOfDay),
    )
    return st.lists(window, min_size=1, max_size=2)
