"""The commands that invite clinics to join, and list whom was invited."""

from datetime import timedelta
from typing import Annotated

import typer

from referral.cli.console import database, now, out, settings
from referral.clinics.membership import inviting
from referral.clinics.membership.joining import named
from referral.clinics.membership.schemas import checked
from referral.retired import vault_of
from referral.text import N_

Clinic = Annotated[str, typer.Argument(help="The clinic's NPI, ten digits, or its id.")]
INVITED = N_("%(name)s is invited until %(day)s.")
BY_MAIL = N_("The worker mails the link to %(email)s.")
BY_CODE = N_("Code, shown only now: %(code)s")
WHERE = N_("To be typed at %(address)s, once.")
BY_PHONE = N_("a code")
LINE = N_("until %(day)s  %(id)s  %(name)s, by %(by)s")
WITHDRAWN = {
    True: N_("The invitation cannot be used any more."),
    False: N_("It was not invited."),
}


def invite(
    clinic: Clinic,
    email: Annotated[
        str | None, typer.Option(help="Where to mail the link; else a code is printed.")
    ] = None,
    days: Annotated[int, typer.Option(help="For how long it holds.", min=1, max=90)] = 14,
) -> None:
    """Invite a listed clinic to join, once, by mail or by a code; an earlier invitation ends."""
    chosen = settings()
    with database(chosen) as target, target.unit_of_work() as session:
        found = named(session, clinic)
        made, code = inviting.invite(
            session,
            found,
            email=checked({"email": email}).email if email else None,
            lasts=timedelta(days=days),
            vault=vault_of(chosen, target),
            now=now(),
        )
    out.print(INVITED % {"name": found.name, "day": f"{made.expires_at:%Y-%m-%d}"}, markup=False)
    if code:
        out.print(BY_CODE % {"code": code})
        out.print(WHERE % {"address": f"{chosen.origin}/join"})
    else:
        out.print(BY_MAIL % {"email": made.email}, markup=False)


def invitations(
    withdraw: Annotated[
        str | None, typer.Option(help="The NPI or id of a clinic: end its invitation instead.")
    ] = None,
) -> None:
    """List the invitations that can still be used, without links and codes."""
    if withdraw:
        with database() as target, target.unit_of_work() as session:
            was_open = inviting.withdraw(session, named(session, withdraw).id)
        out.print(WITHDRAWN[was_open])
        return
    with database() as target, target.reading() as session:
        for one, clinic in inviting.open_invitations(session, now=now()):
            by = one.email or BY_PHONE
            held = {"day": f"{one.expires_at:%Y-%m-%d}", "id": clinic.id, "name": clinic.name}
            out.print(LINE % {**held, "by": by}, markup=False)
