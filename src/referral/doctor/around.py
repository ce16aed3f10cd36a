"""Checks of what is around the service: settings, maintenance, mail, disk, keys of backups."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import ValidationError
from sqlalchemy import make_url

from referral.backup.saving import KEYS
from referral.backup.sealing import BackupError, head_of
from referral.doctor.findings import Finding, Level, span
from referral.notices.transport import SendingFailed, Smtp
from referral.settings import THIS_MACHINE, Settings, faults

GIB = 2**30
LITTLE, TOO_LITTLE = 2 * GIB, GIB // 4
# The worker renews the keys of backups six times an hour.
OLD_KEYS = timedelta(hours=1)
MENDS_MAIL = {
    "certificate": "Name the server as its certificate does, or its authority in SSL_CERT_FILE.",
    "login": "Mend REFERRAL_SMTP_USER and REFERRAL_SMTP_PASSWORD.",
    "unsupported": "Mend REFERRAL_SMTP_SECURITY: the server lacks STARTTLS or a login.",
    "connection": "Mend REFERRAL_SMTP_HOST, _PORT and _SECURITY, or let this machine reach it.",
}


def wrong_settings(error: ValidationError) -> list[Finding]:
    """Return a finding for each setting that keeps the service from starting; no values."""
    return [
        Finding(
            "settings",
            Level.FAILING,
            f"{name}: {says}.",
            "Set it in the environment or in .env; docs/operations.md says what it takes"
            + (", and `referral keyring` makes a key ring." if name == "REFERRAL_KEYS" else "."),
        )
        for name, says in faults(error)
    ]


def settings(chosen: Settings) -> Finding:
    """Look whether what the settings name is there, and whether strangers can read along."""
    for folder in (chosen.content_dir / "articles", chosen.data_dir):
        if not folder.is_dir():
            return Finding(
                "settings",
                Level.FAILING,
                f"There is no folder {folder}.",
                "Mend REFERRAL_CONTENT_DIR and REFERRAL_DATA_DIR, or bring the folder back.",
            )
    if chosen.base_url.scheme != "https" and chosen.base_url.host not in THIS_MACHINE:
        return Finding(
            "settings",
            Level.WARNING,
            "REFERRAL_BASE_URL is no https address: what people type can be read on the way.",
            "Put a proxy with a certificate in front, and name its https address.",
        )
    if chosen.base_url.scheme == "https" and not chosen.trusted_proxies:
        return Finding(
            "settings",
            Level.WARNING,
            "REFERRAL_TRUSTED_PROXIES is empty: all who come by the proxy count as one caller.",
            "Name the proxy that has the certificate, and let it send X-Forwarded-For.",
        )
    return Finding("settings", Level.OK, "All settings can be read.")


def maintenance(chosen: Settings, *, now: datetime) -> Finding:
    """Look whether somebody closed the service and forgot to open it again."""
    try:
        put_up = chosen.maintenance_file.stat().st_mtime
    except FileNotFoundError:
        return Finding("maintenance", Level.OK, "The service is open.")
    says = f"The service was closed {span(now.timestamp() - put_up)} ago, for maintenance."
    return Finding("maintenance", Level.WARNING, says, "`referral maintenance off` opens it.")


def mail(chosen: Settings) -> Finding:
    """Connect, protect the connection and sign in as for sending, and send nothing."""
    server = None if chosen.demo else Smtp.of(chosen)
    if server is None:
        return Finding(
            "mail",
            Level.WARNING,
            "No mail server is set: notices wait and are not sent.",
            "Set REFERRAL_SMTP_HOST, REFERRAL_MAIL_FROM and REFERRAL_OPERATOR_EMAIL.",
        )
    try:
        server.greet()
    except SendingFailed as failed:
        says = f"The mail server does not let us in: {failed.code}."
        return Finding("mail", Level.FAILING, says, MENDS_MAIL[failed.code])
    return Finding("mail", Level.OK, "The mail server lets us in; nothing was sent.")


def disk(chosen: Settings) -> Finding:
    """Look at the space that is left where the database of this machine lies."""
    url = make_url(chosen.database_url)
    if url.get_backend_name() != "sqlite":
        says = "The database lies with its server, whose disk cannot be seen from here."
        return Finding("disk", Level.OK, says)
    folder = Path(url.database or "").resolve().parent
    if not folder.is_dir():
        mend = "Make it, or mend REFERRAL_DATABASE_URL."
        return Finding("disk", Level.FAILING, f"There is no folder {folder}.", mend)
    return space(folder, shutil.disk_usage(folder).free)


def space(folder: Path, free: int) -> Finding:
    """Judge the `free` bytes of the disk on which `folder` lies."""
    says = f"{free / GIB:.1f} GiB are free in {folder}."
    if free >= LITTLE:
        return Finding("disk", Level.OK, says)
    level = Level.WARNING if free >= TOO_LITTLE else Level.FAILING
    return Finding("disk", level, says, "Make room: a full disk stops all writing.")


def backup(chosen: Settings, *, now: datetime) -> Finding:
    """Look when the keys of backups were renewed: until then, backups hold what was erased."""
    folder, mend = chosen.backup_dir, "Read the log of the worker, or run `referral backup`."
    if folder is None:
        says = "REFERRAL_BACKUP_DIR is not set: only `referral backup` renews the keys of backups."
        return Finding("backup", Level.OK, says)
    try:
        age = now - datetime.fromisoformat(head_of(folder / KEYS).taken_at)
    except BackupError as error:
        return Finding("backup", Level.WARNING, str(error), mend)
    if age >= OLD_KEYS:
        says = f"Backups hold what was erased in the last {span(age.total_seconds())}."
        return Finding("backup", Level.WARNING, says, mend)
    return Finding("backup", Level.OK, "The keys of backups were renewed within the last hour.")
