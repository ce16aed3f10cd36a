"""Whose desk this is: the address of a service and a staff key, from variables or a file."""

import json
import os
import sys
import tomllib
from pathlib import Path
from stat import S_IRWXG, S_IRWXO
from typing import Annotated, NamedTuple
from urllib.parse import urlsplit

import typer

from referral.cli import exits
from referral.client import Client
from referral.client.files import written_whole

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
Address = Annotated[str, typer.Option(prompt="Address of the service", help="Its https address.")]


class Account(NamedTuple):
    """Where the service is, and the key of the clinic's staff there."""

    address: str
    key: str


def login(address: Address) -> None:
    """Keep the address and your clinic's key in a file of your own, after trying them.

    The key is asked for without showing it, or read from standard input.
    """
    given = Account(_checked_address(address), _checked_key(_asked_key()))
    with exits.by_error(), Client(*given) as client:
        name = client.clinic().name
    _keep(given)
    typer.echo(f"This is the desk of {name} now. Kept in {account_file()}.")


def account() -> Account:
    """Return the account of the variables or else of the file; exit with 3 where there is none."""
    names = ("REFERRAL_ADDRESS", "REFERRAL_KEY")
    given = [os.environ.get(name, "") for name in names]
    if all(given):
        return Account(_checked_address(given[0]), _checked_key(given[1]))
    if any(given):
        # A key goes to the address that it was given for, and nowhere else.
        exits.leave(exits.USAGE, f"Set {names[0]} and {names[1]} together, or neither.")
    return _kept()


def account_file() -> Path:
    """Return where the account is kept (XDG Base Directory Specification)."""
    folder = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(folder) / "referral" / "staff.toml"


def _asked_key() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("Staff key", hide_input=True))
    return sys.stdin.readline()


def _checked_address(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        exits.leave(exits.USAGE, "The address begins with https://; http:// is for this machine.")
    return address.rstrip("/").removesuffix("/api/v1")


def _checked_key(key: str) -> str:
    key = key.strip()
    if not key.startswith("rk_") or not key.isascii() or not key.isprintable():
        exits.leave(exits.USAGE, "A staff key begins with rk_.")
    return key


def _kept() -> Account:
    file = account_file()
    try:
        others_can_read = os.name == "posix" and file.stat().st_mode & (S_IRWXG | S_IRWXO)
        kept = tomllib.loads(file.read_text("utf-8"))
        found = Account(kept["address"], kept["key"])
    except FileNotFoundError:
        exits.leave(
            exits.NOT_ALLOWED,
            "Run `referral login` first, or set REFERRAL_ADDRESS and REFERRAL_KEY.",
        )
    except (OSError, ValueError, KeyError):
        exits.leave(exits.NOT_ALLOWED, f"{file} cannot be read. Run `referral login` again.")
    if others_can_read:
        exits.leave(
            exits.NOT_ALLOWED,
            f"Others on this machine can read your clinic's key: chmod 600 {file}",
        )
    return Account(_checked_address(found.address), _checked_key(found.key))


def _keep(account: Account) -> None:
    file = account_file()
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lines = (f"{name} = {json.dumps(text)}\n" for name, text in account._asdict().items())
    with written_whole(file) as fresh:
        fresh.write("".join(lines).encode())
