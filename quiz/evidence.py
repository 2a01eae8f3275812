"""What drills, quizzes and reviews show about a person, handed to the training record."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Evidence:
    """`score` is of 100; `source` names what it came from, such as “attempt 12”."""

    person_id: int
    section: str
    kind: str
    score: float | None
    at: datetime
    source: str = ""
    seconds: int = 0
