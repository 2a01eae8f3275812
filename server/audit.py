"""The audit trail: append-only rows, each chained to the one before by SHA-256."""

import hashlib
from datetime import datetime

from sqlmodel import Session, col, select

from server.tables import AuditEntry


def record(session: Session, now: datetime, act: str, *, person_id: int | None = None, target: str = "",
           success: bool = True, address: str = "") -> None:  # fmt: skip
    last = session.exec(select(AuditEntry).order_by(col(AuditEntry.id).desc()).limit(1)).first()
    entry = AuditEntry(at=now, person_id=person_id, act=act, target=target, success=success, address=address)
    entry.chain = link(last.chain if last else "", entry)
    session.add(entry)
    session.flush()


def link(before: str, entry: AuditEntry) -> str:
    parts = (
        before,
        entry.at.isoformat(),
        entry.person_id,
        entry.act,
        entry.target,
        entry.success,
        entry.address,
    )
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()


def first_break(session: Session) -> int | None:
    """The id of the first row that does not fit its chain, or None when nothing was altered."""
    before = ""
    for entry in session.exec(select(AuditEntry).order_by(col(AuditEntry.id))):
        if entry.chain != link(before, entry):
            return entry.id
        before = entry.chain
    return None
