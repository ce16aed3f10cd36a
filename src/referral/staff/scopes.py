"""What a staff key may do."""

from enum import StrEnum


class Scope(StrEnum):
    """What a key may do; `admin` includes `write`, and `write` includes `read`."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"
