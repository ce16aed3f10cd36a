"""The table of the worker's sign of life."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from referral.db import UtcDateTime

WORKER = "worker"


class Heartbeat(SQLModel, table=True):
    """When a part last did all of its work without a failure; of several workers, the last one.

    `sends_mail` is whether that process had a mail server: the web processes may not know.
    """

    __tablename__ = "heartbeats"

    name: str = Field(primary_key=True, max_length=20)
    at: datetime = Field(sa_type=UtcDateTime)
    sends_mail: bool
