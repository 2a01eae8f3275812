"""The audit trail: append-only rows, each chained to the one before by SHA-256."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

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
    """The hash of a row, with that of the row before in it."""
    return hashed(before, entry.at, entry.person_id, entry.act, entry.target, entry.success, entry.address)


def hashed(before: str, at: datetime, *rest: object) -> str:
    return hashlib.sha256(
        "\x1f".join([before, at.astimezone(UTC).isoformat(), *map(str, rest)]).encode()
    ).hexdigest()


@dataclass(frozen=True)
class Chain:
    """How many rows fit, the first that does not, and the last hash, to be compared with a copy kept elsewhere."""

    rows: int
    broken_at: int | None
    last: str

    @property
    def whole(self) -> bool:
        return self.broken_at is None

    @property
    def words(self) -> str:
        if self.whole:
            return f"记录链完整，共 {self.rows} 行，最后一行的链值 {self.last[:12]}。"
        return f"记录链在第 {self.broken_at} 行断了：这一行或它前面的行被改过、插过或删过；前面 {self.rows} 行完整。"


def chain(session: Session) -> Chain:
    """Walk the whole trail; what was altered, inserted or taken out breaks it, but for rows cut off at the end."""
    before, rows = "", 0
    columns = (AuditEntry.id, AuditEntry.chain, AuditEntry.at, AuditEntry.person_id, AuditEntry.act, AuditEntry.target,
               AuditEntry.success, AuditEntry.address)  # fmt: skip
    for number, found, *parts in session.execute(select(*columns).order_by(col(AuditEntry.id))).yield_per(
        2000
    ):
        if found != hashed(before, *parts):
            return Chain(rows, number, before)
        before, rows = found, rows + 1
    return Chain(rows, None, before)
