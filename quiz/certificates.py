"""Certificates of passed examinations: given, withdrawn when a regrade undoes the pass, and verified by their code."""

import secrets
from datetime import datetime

from sqlmodel import Session, select

from quiz.attempts import EXAMS
from quiz.tables import Attempt, Certificate


def settle(session: Session, attempt: Attempt, now: datetime) -> Certificate | None:
    """Bring the certificate of an examination in line with its verdict; the code never changes."""
    row = session.exec(select(Certificate).where(Certificate.attempt_id == attempt.id)).first()
    if attempt.mode not in EXAMS or (row is None and not attempt.passed):
        return None
    if row is None:
        row = Certificate(code=secrets.token_hex(6).upper(), person_id=attempt.person_id, attempt_id=attempt.id,
                          title=attempt.title, score=attempt.score, issued=attempt.submitted)  # fmt: skip
    row.score = attempt.score
    row.withdrawn = None if attempt.passed else (row.withdrawn or now)
    session.add(row)
    session.flush()
    return row


def find(session: Session, code: str) -> Certificate | None:
    """The certificate with this code, typed with spaces or in small letters as people do."""
    plain = "".join(c for c in code if c.isalnum()).upper()
    return session.get(Certificate, plain) if len(plain) == 12 else None


def masked(name: str) -> str:
    """A name for people outside: the first character and as many dots as follow."""
    return name[:1] + "＊" * max(1, len(name) - 1)
