"""Letters: what a notice says to the one it is for, written at the moment it is sent."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, func, select

from referral.appointments.deadlines import CLOSES, NO_SHOW_CLOSES, WAITLIST_ENDS
from referral.appointments.details import offered_times_of
from referral.appointments.letters import (
    of_corrections,
    of_endings,
    to_clinics,
    to_patients,
    visit_files,
)
from referral.appointments.letters.in_time import OFF, Present, in_time, is_pointless
from referral.appointments.letters.lines import Line, Lines
from referral.appointments.letters.visit_news import Told, VisitNews, visit_news
from referral.appointments.life.announcements import VISIT_CHANGED
from referral.appointments.life.submission import PERSON
from referral.appointments.models import Appointment
from referral.appointments.states import WAITING
from referral.clinics.models import Clinic
from referral.languages import Language, place, speaking
from referral.notices import calendar, outbox
from referral.notices.delivery import Superseded, Undeliverable
from referral.notices.mail import Letter
from referral.notices.models import Audience, Notice, NoticeStatus
from referral.settings import Settings
from referral.text import N_
from referral.vault import Vault
from referral.web import dates
from referral.web.html import Html
from referral.web.letters import Sheet, letter, said
from referral.web.phones import spoken

LINES: Mapping[Audience, Lines] = {
    Audience.PATIENT: {
        **to_patients.LINES,
        **of_corrections.LINES,
        **of_endings.LINES,
    },
    Audience.CLINIC: to_clinics.TO_CLINICS,
    Audience.OPERATOR: to_clinics.TO_OPERATORS,
}
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Case:
    notice: Notice
    appointment: Appointment
    clinic: Clinic
    news: VisitNews
    to: str

    def local(self, moment: datetime) -> str:
        """Return a moment on the clinic's clock, with the name of its zone."""
        return dates.moment(moment.astimezone(ZoneInfo(self.clinic.timezone)))


class Letters:
    """Writes the letters of one installation."""

    def __init__(
        self, settings: Settings, html: Html, vault: Vault, clock: Callable[[], datetime]
    ) -> None:
        self._settings = settings
        self._html = html
        self.vault = vault
        self.clock = clock

    def compose(self, session: Session, notice: Notice) -> Letter:
        """Return the letter for `notice` as things stand now, in the time zone of the clinic.

        It brings the visit up to date for a reader who knows what the last letter told. The person
        reads it in the language of the request, clinics and operators in English.
        Raises Superseded where that is no longer true, and Undeliverable (`no-address`, `erased`)
        where there is nobody to write to.
        """
        appointment = session.get(Appointment, notice.appointment_id)
        if appointment is None:
            raise Undeliverable("erased")
        is_theirs = notice.audience is Audience.PATIENT
        language = appointment.language if is_theirs else Language.ENGLISH
        with speaking(language, prefix=language.prefix):
            return self._composed(session, notice, appointment)

    def _composed(self, session: Session, notice: Notice, appointment: Appointment) -> Letter:
        clinic = session.get_one(Clinic, appointment.clinic_id)
        told = Told.read(outbox.last_told(session, notice))
        now = self.clock()
        news = visit_news(appointment, told, audience=notice.audience, now=now)
        line = _line(notice, Present(appointment, news, now))
        case = _Case(notice, appointment, clinic, news, self._address(notice, appointment, clinic))
        moments = _moments(session, case)
        facts = self._facts(session, case, moments)
        subject, *paragraphs = [
            in_time(sentence, moments, now) for sentence in (line.subject, *line.paragraphs)
        ]
        if news.off is not None:
            paragraphs.insert(1, OFF[notice.audience, news.method or "REQUEST"])
        times = offered_times_of(session, appointment, clinic.timezone) if line.times else []
        sheet = Sheet(
            subject=subject,
            paragraphs=paragraphs,
            facts=facts,
            foot=self._foot(session, case),
            audience=notice.audience,
            times=[dates.moment(time.starts_at) for time in times],
        )
        written = letter(self._html, case.to, sheet)
        kept = news.kept(appointment.sequence)
        return replace(written, calendar=self._file(case), told=kept)

    def _address(self, notice: Notice, appointment: Appointment, clinic: Clinic) -> str:
        found = {
            Audience.PATIENT: lambda: self._email_of(appointment),
            Audience.CLINIC: lambda: clinic.email,
            Audience.OPERATOR: lambda: self._settings.operator_email,
        }[notice.audience]()
        if not found:
            raise Undeliverable("no-address")
        return found

    def _email_of(self, appointment: Appointment) -> str | None:
        if appointment.wrapped_key is None:
            raise Undeliverable("erased")
        key = self.vault.open_key(appointment.id, appointment.wrapped_key)
        email: str | None = key.unseal(PERSON, appointment.person)["email"]
        return email

    def _facts(
        self, session: Session, case: _Case, moments: Mapping[str, datetime | None]
    ) -> dict[str, str]:
        appointment, clinic = case.appointment, case.clinic
        facts = {name: case.local(moment) for name, moment in moments.items() if moment}
        facts |= {"clinic": clinic.name, "reference": appointment.reference}
        if case.notice.audience is Audience.OPERATOR:
            facts["overdue"] = str(_overdue(session, clinic, case.notice.created_at))
        if appointment.sent_on_to is not None:
            other, other_clinic = _next(session, appointment)
            zone = ZoneInfo(other_clinic.timezone)
            facts["other_clinic"] = other_clinic.name
            facts["other_answer_by"] = dates.moment(other.answer_by.astimezone(zone))
        return facts

    def _foot(self, session: Session, case: _Case) -> dict[str, str]:
        """Return what stands below the text: how to go on, and whom to call."""
        appointment, clinic = case.appointment, case.clinic
        origin = self._settings.origin
        if case.notice.audience is not Audience.PATIENT:
            return {
                "reference": appointment.reference,
                "clinic": clinic.name,
                "where": N_("Where to read it and answer, with your staff key:"),
                "call": f"GET {origin}/api/v1/requests/{appointment.id}",
                "page": f"{origin}/operator" if self._settings.operator_password else "",
            }
        if case.notice.kind == "sent_on":
            appointment, clinic = _next(session, appointment)
        token = self.vault.link_token(appointment.id, appointment.token_hash)
        return {
            "reference": appointment.reference,
            "clinic": clinic.name,
            "phone": spoken(clinic.phone),
            "code": self.vault.spoken_code(appointment.id, appointment.token_hash),
            "link": origin + place().address(f"/follow/{token}"),
        }

    def _file(self, case: _Case) -> tuple[str, bytes] | None:
        method, span, appointment = case.news.method, case.news.span, case.appointment
        if method is None or span is None:
            return None
        visit = visit_files.visit_of(
            appointment,
            case.clinic,
            span,
            summary=said(self._html, visit_files.SUMMARY, {"reference": appointment.reference}),
            uid=visit_files.uid_of(appointment.id, self._settings.origin),
            organizer=self._settings.mail_from,
            attendee=case.to,
        )
        return method, calendar.cancel(visit) if method == "CANCEL" else calendar.request(visit)


def _line(notice: Notice, present: Present) -> Line:
    lines, state = LINES[notice.audience], present.appointment.state
    line = lines.get((notice.kind, state))
    if line is None or is_pointless(notice.kind, present):
        # What it was to say is no longer true, but a visit that nobody told of must not be lost.
        is_due = present.news.is_due and notice.status is not NoticeStatus.SUPERSEDED
        line = lines.get((VISIT_CHANGED, state)) if is_due else None
    if line is None:
        raise Superseded
    return line


def _moments(session: Session, case: _Case) -> dict[str, datetime | None]:
    appointment = case.appointment
    other = None if appointment.sent_on_to is None else _next(session, appointment)[0]
    return {
        "answer_by": appointment.answer_by,
        # After a pause of the worker, what is due comes later than the promise says.
        "expires_at": max(appointment.expires_at, appointment.due_at or NEVER),
        "waits_until": appointment.since + WAITLIST_ENDS,
        "asks_until": appointment.since + NO_SHOW_CLOSES,
        "offer_ends": appointment.offer_expires_at,
        "visit": appointment.starts_at,
        "closes_on": appointment.ends_at and appointment.ends_at + CLOSES,
        "off": case.news.off,
        "other_answer_by": other.answer_by if other else None,
    }


def _next(session: Session, appointment: Appointment) -> tuple[Appointment, Clinic]:
    following = session.get_one(Appointment, appointment.sent_on_to)
    return following, session.get_one(Clinic, following.clinic_id)


def _overdue(session: Session, clinic: Clinic, moment: datetime) -> int:
    late = select(func.count()).where(
        col(Appointment.clinic_id) == clinic.id,
        col(Appointment.state).in_(WAITING),
        col(Appointment.answer_by) <= moment,
    )
    return session.exec(late).one()
