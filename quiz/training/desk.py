"""Counting for the trainers' desk: one pass over progress, and groups compared before and after a day."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session, case, col, func, select

from quiz.training.tables import EvidenceRow, Progress


@dataclass
class Standings:
    """Of one person: passed sections per chapter, and the last sign of study."""

    passed: dict[str, int] = field(default_factory=dict)
    last: datetime | None = None

    @property
    def total(self) -> int:
        return sum(self.passed.values())


def heat(session: Session, people: Sequence[int]) -> dict[int, Standings]:
    """Sections passed per person and chapter, and when each was last active: one statement for any team.

    Progress lies in the order of its key, so one walk along it yields a row a person without sorting.
    """
    chapter = case((Progress.state == "合格", func.substr(Progress.section, 1, 4)))
    rows = session.exec(
        select(Progress.person_id, func.aggregate_strings(chapter, ","), func.max(Progress.last))
        .where(col(Progress.person_id).in_(people)).group_by(Progress.person_id)
    )  # fmt: skip
    return {person: Standings(dict(Counter(passed.split(",")) if passed else {}), last) for person, passed, last in rows}


def cohort_heat(
    heat: dict[int, Standings], cohorts: Iterable[tuple[int | None, int]], sizes: dict[str, int]
) -> dict[int | None, dict[str, float]]:
    """Mean share passed per cohort and chapter, 0 to 1, from (cohort, person) pairs."""
    members: dict[int | None, int] = {}
    sums: dict[int | None, dict[str, float]] = {}
    for cohort, person in cohorts:
        members[cohort] = members.get(cohort, 0) + 1
        mine = sums.setdefault(cohort, {})
        for chapter, passed in (heat[person].passed if person in heat else {}).items():
            if chapter in sizes:
                mine[chapter] = mine.get(chapter, 0) + passed / sizes[chapter]
    return {c: {chapter: value / members[c] for chapter, value in row.items()} for c, row in sums.items()}


@dataclass(frozen=True)
class Comparison:
    before: float | None
    after: float | None
    before_count: int
    after_count: int

    @property
    def change(self) -> float | None:
        return None if self.before is None or self.after is None else self.after - self.before


def compare(session: Session, people: Sequence[int], day: datetime, days: int) -> Comparison:
    """Mean score of tests and drills in the days before and after one moment."""
    side = case((col(EvidenceRow.at) < day, 0), else_=1)
    rows = dict((s, (mean, n)) for s, mean, n in session.exec(
        select(side, func.avg(EvidenceRow.score), func.count())
        .where(col(EvidenceRow.person_id).in_(people), col(EvidenceRow.score).is_not(None),
               col(EvidenceRow.at) >= day - timedelta(days=days), col(EvidenceRow.at) < day + timedelta(days=days))
        .group_by(side)
    ))  # fmt: skip
    before, after = rows.get(0, (None, 0)), rows.get(1, (None, 0))
    return Comparison(before[0], after[0], before[1], after[1])
