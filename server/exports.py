"""Everything that is stored, as CSV and JSON in one archive: of one person, or of everyone."""

import csv
import io
import json
import zipfile
from collections.abc import Iterable

from sqlmodel import Session, SQLModel, or_, select

from server import registry
from server.accounts.tables import Person

# Never leave the machine, not even for one's own systems.
SECRET_COLUMNS = {"password", "totp_secret", "token_hash", "totp_last"}
# Columns by which a row belongs to a person, beside `person_id`.
OWNERS = ("person_id", "apprentice_id", "instructor_id")
# Rows about the door, not about the person's work.
LEFT_OUT = {"signinsession", "setuplink", "apitoken", "requestkey", "auditentry", "teamtrainer"}


def tables() -> list[type[SQLModel]]:
    found = [
        value for module in registry.TABLE_MODULES for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, SQLModel) and hasattr(value, "__table__")
    ]  # fmt: skip
    return list(dict.fromkeys(found))


def of_person(session: Session, person: Person) -> bytes:
    named = {"person": [person]}
    for table in tables():
        owners = [getattr(table, c) for c in OWNERS if c in table.__table__.columns]
        if owners and table.__tablename__ not in LEFT_OUT:
            named[table.__tablename__] = session.exec(select(table).where(or_(*(c == person.id for c in owners)))).all()
    return packed(named)


def everything(session: Session) -> bytes:
    kept = [t for t in tables() if t.__tablename__ not in LEFT_OUT]
    return packed({t.__tablename__: session.exec(select(t)).all() for t in kept})


def packed(named: dict[str, Iterable[SQLModel]]) -> bytes:
    out, whole = io.BytesIO(), {}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in named.items():
            whole[name] = [row.model_dump(mode="json", exclude=SECRET_COLUMNS) for row in rows]
            archive.writestr(f"{name}.csv", csv_of(whole[name]))
        archive.writestr("all.json", json.dumps(whole, ensure_ascii=False, indent=1))
    return out.getvalue()


def csv_of(rows: list[dict]) -> str:
    """CSV with a byte-order mark for Excel; a leading = + - @ is made text."""
    out = io.StringIO()
    if rows:
        writer = csv.DictWriter(out, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows({k: safe_cell(v) for k, v in row.items()} for row in rows)
    return "\ufeff" + out.getvalue()


def safe_cell(value: object) -> object:
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
    return f"'{text}" if isinstance(text, str) and text[:1] in "=+-@\t\r" else text
