"""The check of the replica, from which lists are read."""

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from referral.doctor.findings import Finding, Level
from referral.engines import make_engine

# In bytes of the log, one segment of which PostgreSQL writes by and by: a standby that is
# further behind does not keep up.
FAR = 16 * 2**20
WRITTEN = text("SELECT CAST(pg_current_wal_flush_lsn() AS text)")
BEHIND = text(
    "SELECT pg_is_in_recovery(),"
    " pg_wal_lsn_diff(CAST(:written AS pg_lsn), pg_last_wal_replay_lsn())"
)
OTHERWISE = "Until then, lists are read from the primary."


def replica(url: str, primary: Connection, *, patience: float) -> Finding:
    """Look whether the server at `url` follows the primary, and how closely; `patience` in s."""
    written = primary.execute(WRITTEN).scalar_one()
    engine = make_engine(url, pool_size=1, patience=patience)
    try:
        with engine.connect() as connection:
            follows, behind = connection.execute(BEHIND, {"written": written}).one()
    except SQLAlchemyError:
        mend = f"Start it, or mend REFERRAL_REPLICA_URL. {OTHERWISE}"
        return _warning("The replica does not let us in.", mend)
    finally:
        engine.dispose()
    if not follows:
        mend = "Name a standby in REFERRAL_REPLICA_URL; after a failover, the other server."
        return _warning("The replica follows no other server.", mend)
    if behind > FAR:
        mend = f"Look what keeps it: its disk, or a long query. {OTHERWISE}"
        return _warning(f"The replica is {behind / 2**20:.0f} MiB behind.", mend)
    return Finding("replica", Level.OK, "The replica follows the primary.")


def _warning(says: str, mend: str) -> Finding:
    return Finding("replica", Level.WARNING, says, mend)
