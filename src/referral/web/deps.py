"""The words that handlers are written in: dependencies that are ready without I/O."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Self, TypeVar
from uuid import UUID

from fastapi import Depends, Header, Request
from fastapi.security import HTTPBearer
from sqlalchemy import Connection
from sqlmodel import Session
from starlette.datastructures import FormData
from starlette.types import Scope as ASGIScope

from referral.db import Database
from referral.limits import Limit, one_thread
from referral.policies import Policy, with_own
from referral.record.accesses import Shown, is_recorded, record
from referral.record.models import Look
from referral.record.service import newest
from referral.repeats import Call, Shape, once
from referral.retired import vault_of
from referral.settings import Settings
from referral.staff.scopes import Scope
from referral.staff.service import Staff, recognise
from referral.vault import Vault
from referral.web.allowances import need_left, told
from referral.web.draft import Draft
from referral.web.headers import SAID
from referral.web.html import Html

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class House:
    """The parts that handlers use: one of each in a running service."""

    settings: Settings
    database: Database
    vault: Vault
    html: Html
    key_calls: Limit
    limits: Mapping[str, Limit]
    # Under it, callers have names that say nothing of their addresses.
    name_key: bytes
    now: Callable[[], datetime]

    @classmethod
    def of(cls, settings: Settings, *, now: Callable[[], datetime]) -> Self:
        """Return the parts that `settings` describe; the database is opened when first used."""
        database = Database(
            settings.database_url,
            pool_size=settings.database_pool,
            replica_url=settings.replica_url,
        )
        vault, thread = vault_of(settings, database), one_thread()
        return cls(
            settings=settings,
            database=database,
            vault=vault,
            html=Html(settings),
            key_calls=Limit(Policy("key", settings.key_calls_per_minute), database, thread),
            limits={
                name: Limit(policy, database, thread)
                for name, policy in with_own(settings.limits).items()
            },
            name_key=vault.mac("callers", b""),
            now=now,
        )

    def draft(self, name: str) -> Draft:
        """Return the cookie of this name, in which a browser keeps what was entered."""
        is_secure = self.settings.origin.startswith("https:")
        return Draft(name, vault=self.vault, secure=is_secure)

    def creating(self, call: Call[Shape], make: Callable[[Session], Shape]) -> Shape:
        """Return what `make` makes, or made when anybody sent the same call under the same key."""
        return self.database.settle(
            lambda session: self.once(session, call, lambda: make(session), holder="public")
        )

    def once(
        self, session: Session, call: Call[Shape], make: Callable[[], Shape], *, holder: str
    ) -> Shape:
        """Return what `make` makes, or made when `holder` sent the same call under the same key."""
        return once(session, call, make, holder=holder, vault=self.vault, now=self.now())


async def _house(request: Request) -> House:
    house: House = request.app.state.house
    return house


async def _form(request: Request) -> FormData:
    return await request.form(max_fields=400, max_files=0)


HouseDep = Annotated[House, Depends(_house)]
FormDep = Annotated[FormData, Depends(_form)]

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        description="a random value of yours. The same call under it again gets the first answer "
        "again and creates nothing; another call under it is a 422.",
        examples=["8e03978e-40d5-43e8-bc93-6894a57f9324"],
    ),
]

BEARER = HTTPBearer(
    auto_error=False, scheme_name="staffKey", description="A staff key of one clinic."
)


class StaffDoor:
    """Opens the database for the holder of a staff key, and for nobody else.

    A call is one of the key's calls, however often it opens the door.
    """

    def __init__(self, house: House, key: str | None, call: ASGIScope) -> None:
        self.house = house
        self._key = key
        self._call = call

    @contextmanager
    def reading(self, scope: Scope = Scope.READ) -> Iterator[tuple[Session, Staff]]:
        """Yield a session to read with and who is calling; the key needs `scope`."""
        with self.house.database.reading() as session:
            yield session, self._admitted(session.connection(), scope)

    def selected(
        self, verb: Callable[[Connection, Staff], Result], scope: Scope = Scope.READ
    ) -> tuple[Result, Staff]:
        """Return what `verb` selects, and who is calling; the key needs `scope`.

        A replica is asked that knows all that has happened at this clinic, where there is one. Who
        is calling, and how much has happened, only the primary knows.
        """
        database = self.house.database
        with database.selecting() as connection:
            staff = self._admitted(connection, scope)
            if database.replica is None:
                return verb(connection, staff), staff
            happened = newest(connection, staff.clinic_id)
        answer = database.replica.ask(
            lambda there: verb(there, staff),
            knows=lambda there: newest(there, staff.clinic_id) >= happened,
        )
        if answer is not None:
            return answer, staff
        with database.selecting() as connection:
            return verb(connection, staff), staff

    @contextmanager
    def writing(self, scope: Scope = Scope.WRITE) -> Iterator[tuple[Session, Staff]]:
        """Yield a unit of work and who is calling; the key needs `scope`."""
        with self.house.database.unit_of_work() as session:
            yield session, self._admitted(session.connection(), scope)

    def creating(
        self,
        call: Call[Shape],
        make: Callable[[Session, Staff], Shape],
        *,
        scope: Scope = Scope.WRITE,
    ) -> Shape:
        """Return what `make` makes, or made when this staff key sent the same call before."""

        def verb(session: Session) -> Shape:
            staff = self._admitted(session.connection(), scope)
            return self.house.once(session, call, lambda: make(session, staff), holder=staff.actor)

        return self.house.database.settle(verb)

    def shown(self, staff: Staff, kind: Look, requests: Sequence[UUID]) -> None:
        """Record what this call is about to show, before it leaves; once a minute for one request.

        Raises UnavailableError where that cannot be kept: then nothing is shown.
        """
        house, now = self.house, self.house.now()
        one = Shown(staff.clinic_id, kind, staff.actor, requests)
        with house.database.selecting() as connection:
            if is_recorded(connection, one, now=now):
                return
        house.database.settle(lambda session: record(session, one, vault=house.vault, now=now))

    def _admitted(self, connection: Connection, scope: Scope) -> Staff:
        now = self.house.now()
        staff = recognise(connection, self._key, now=now)
        if SAID not in self._call:
            limit = self.house.key_calls
            standing = limit.take(staff.key_id.bytes, now=now)
            self._call[SAID] = told(limit.policy, standing)
            need_left(standing)
        staff.need(scope)
        return staff


async def _staff_door(
    request: Request, _described: Annotated[object, Depends(BEARER)] = None
) -> StaffDoor:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    given = key if scheme.lower() == "bearer" else None
    return StaffDoor(request.app.state.house, given, request.scope)


StaffDoorDep = Annotated[StaffDoor, Depends(_staff_door)]
