"""The codes of webhooks: why one is paused, and why an attempt had no answer."""

from enum import StrEnum


class Pause(StrEnum):
    """Why nothing is sent: the clinic said so, the receiver said 410, or all attempts failed."""

    CLINIC = "clinic"
    GONE = "gone"
    FAILING = "failing"


class Failure(StrEnum):
    """Why there was no answer.

    `name` has no address, `address` is one that we do not send to, `certificate` is not valid for
    it, `unexpected` is a fault of ours.
    """

    NAME = "name"
    ADDRESS = "address"
    CONNECTION = "connection"
    CERTIFICATE = "certificate"
    TIMEOUT = "timeout"
    PROTOCOL = "protocol"
    UNEXPECTED = "unexpected"
