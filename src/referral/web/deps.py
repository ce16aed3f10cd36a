"""The words that handlers are written in: each dependency is a value, ready without I/O."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlmodel import Session
from starlette.datastructures import FormData

from referral.db import Database
from referral.settings import Settings
from referral.staff.models import Scope
from referral.staff.service import Staff, recognise
from referral.vault import Vault
from referral.web.html import Html


async def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


async def _vault(request: Request) -> Vault:
    vault: Vault = request.app.state.vault
    return vault


async def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


async def _html(request: Request) -> Html:
    html: Html = request.app.state.html
    return html


async def _now(request: Request) -> datetime:
    now: datetime = request.app.state.clock()
    return now


async def _form(request: Request) -> FormData:
    return await request.form(max_fields=100, max_files=0)


DatabaseDep = Annotated[Database, Depends(_database)]
VaultDep = Annotated[Vault, Depends(_vault)]
SettingsDep = Annotated[Settings, Depends(_settings)]
HtmlDep = Annotated[Html, Depends(_html)]
Now = Annotated[datetime, Depends(_now)]
Form = Annotated[FormData, Depends(_form)]

BEARER = HTTPBearer(
    auto_error=False, scheme_name="staffKey", description="A staff key of one clinic."
)


class StaffDoor:
    """Opens the database for the holder of a staff key, and for nobody else."""

    def __init__(self, database: Database, key: str | None) -> None:
        self._database = database
        self._key = key

    @contextmanager
    def reading(self) -> Iterator[tuple[Session, Staff]]:
        """Yield a session to read with and who is calling."""
        with self._database.reading() as session:
            yield session, self._admitted(session, Scope.READ)

    @contextmanager
    def writing(self) -> Iterator[tuple[Session, Staff]]:
        """Yield a unit of work and who is calling; the key needs the scope `write`."""
        with self._database.unit_of_work() as session:
            yield session, self._admitted(session, Scope.WRITE)

    def _admitted(self, session: Session, scope: Scope) -> Staff:
        staff = recognise(session, self._key)
        staff.need(scope)
        return staff


async def _staff_door(
    database: DatabaseDep,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)],
) -> StaffDoor:
    return StaffDoor(database, bearer.credentials if bearer else None)


StaffDoorDep = Annotated[StaffDoor, Depends(_staff_door)]
