"""How questions and fixed papers measure: Moodle's definitions, with intervals, and silent about small samples.

Facility is the mean share of the mark. Discrimination is Moodle's: the correlation between the mark of the question
and the rest of the paper. Efficiency is that covariance over the greatest one that the same marks could have.
"""

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel import Session

ENOUGH = 30
Z = 1.959964
Interval = tuple[float, float]


@dataclass(frozen=True)
class Sums:
    """Sums over the people who answered: x the share of this question's mark, y of the rest of the paper's."""

    n: int
    x: float
    y: float
    xx: float
    yy: float
    xy: float


@dataclass(frozen=True)
class Item:
    """Figures of one question; an interval is None where there are too few answers for one."""

    n: int
    facility: float | None
    facility_interval: Interval | None
    spread: float | None
    discrimination: float | None
    discrimination_interval: Interval | None

    @property
    def enough(self) -> bool:
        return self.n >= ENOUGH


@dataclass(frozen=True)
class Reliability:
    """`alpha` is KR-20 when every mark is all or nothing; `error` is the standard error of a score of 100."""

    people: int
    items: int
    alpha: float | None
    interval: Interval | None
    error: float | None
    dichotomous: bool


def sums(pairs: Iterable[tuple[float, float]]) -> Sums:
    pairs = list(pairs)
    return Sums(
        len(pairs), sum(x for x, _ in pairs), sum(y for _, y in pairs), sum(x * x for x, _ in pairs),
        sum(y * y for _, y in pairs), sum(x * y for x, y in pairs),
    )  # fmt: skip


def item(s: Sums) -> Item:
    if not s.n:
        return Item(0, None, None, None, None, None)
    facility = s.x / s.n
    spread = math.sqrt(max(0.0, s.xx - s.x * s.x / s.n) / (s.n - 1)) if s.n > 1 else None
    r = correlation(s)
    return Item(s.n, facility, wilson(facility, s.n), spread, r, fisher(r, s.n))


def correlation(s: Sums) -> float | None:
    """Product-moment correlation; None when one side does not vary."""
    sxx, syy, sxy = s.xx - s.x * s.x / s.n, s.yy - s.y * s.y / s.n, s.xy - s.x * s.y / s.n
    if s.n < 2 or sxx < 1e-9 or syy < 1e-9:
        return None
    return max(-1.0, min(1.0, sxy / math.sqrt(sxx * syy)))


def efficiency(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Moodle's discriminative efficiency: the covariance over that of both marks put in order."""
    best = covariance(list(zip(sorted(x for x, _ in pairs), sorted(y for _, y in pairs), strict=True)))
    return covariance(pairs) / best if pairs and best > 1e-12 else None


def covariance(pairs: Sequence[tuple[float, float]]) -> float:
    s = sums(pairs)
    return (s.xy - s.x * s.y / s.n) / (s.n - 1) if s.n > 1 else 0.0


def wilson(p: float, n: int) -> Interval:
    """95 % interval of a share; with part marks it is wider than needed, never narrower."""
    middle, half = p + Z * Z / (2 * n), Z * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    return max(0.0, (middle - half) / (1 + Z * Z / n)), min(1.0, (middle + half) / (1 + Z * Z / n))


def fisher(r: float | None, n: int) -> Interval | None:
    """95 % interval of a correlation by Fisher's z."""
    if r is None or n < 4:
        return None
    z, half = math.atanh(max(-0.999999, min(0.999999, r))), Z / math.sqrt(n - 3)
    return math.tanh(z - half), math.tanh(z + half)


def reliability(matrix: Sequence[Sequence[float]]) -> Reliability:
    """Cronbach's alpha of a fixed paper (Moodle's CIC): one row a person, one column a question."""
    people, items = len(matrix), len(matrix[0]) if matrix else 0
    both = all(v in (0.0, 1.0) for row in matrix for v in row)
    totals = [sum(row) for row in matrix]
    total = variance(totals)
    if people < 2 or items < 2 or total < 1e-12:
        return Reliability(people, items, None, None, None, both)
    alpha = items / (items - 1) * (1 - sum(variance(c) for c in zip(*matrix, strict=True)) / total)
    error = 100 / items * math.sqrt(total * max(0.0, 1 - alpha))
    return Reliability(people, items, alpha, feldt(alpha, people, items), error, both)


def variance(values: Sequence[float]) -> float:
    mean = sum(values) / len(values)
    return sum((v - mean) ** 2 for v in values) / (len(values) - 1) if len(values) > 1 else 0.0


def feldt(alpha: float, people: int, items: int) -> Interval:
    """95 % interval of alpha by Feldt's F."""
    from scipy.stats import f

    first, second = people - 1, (people - 1) * (items - 1)
    return 1 - (1 - alpha) * f.ppf(0.975, first, second), 1 - (1 - alpha) * f.ppf(0.025, first, second)


# A person's first answer to a version counts, as in Moodle; practice shows the answer after each and is left out.
FIRST = """
    SELECT a.digest AS digest, a.attempt_id AS attempt_id, a.place AS place, a.share AS x, t.person_id AS person_id,
           ROW_NUMBER() OVER (PARTITION BY t.person_id, a.digest ORDER BY t.id) AS nth
    FROM attemptanswer a JOIN attempt t ON t.id = a.attempt_id
    WHERE t.submitted IS NOT NULL AND a.share IS NOT NULL AND {where}
"""
REST = """
    SELECT attempt_id, SUM(share) AS total, COUNT(*) AS k FROM attemptanswer WHERE share IS NOT NULL GROUP BY attempt_id
"""
SOME_REST = REST.replace("GROUP BY", "AND attempt_id IN (SELECT attempt_id FROM firsts) GROUP BY")
TESTED = "t.mode NOT IN ('practice', 'pretest')"


def stamp(session: Session) -> tuple:
    """Changes whenever a paper is handed in or a mark is corrected."""
    return tuple(session.execute(text("""
        SELECT (SELECT COUNT(*) FROM attempt WHERE submitted IS NOT NULL), (SELECT MAX(submitted) FROM attempt),
               (SELECT COUNT(*) FROM regrade), (SELECT COUNT(undone) FROM regrade)
    """)).one())  # fmt: skip


def items(session: Session, digests: Sequence[str] | None = None) -> dict[str, Sums]:
    """Sums by version of a question, over every test and examination; of some versions only, if they are named."""
    where, named = TESTED, {}
    if digests is not None:
        named = {f"d{i}": d for i, d in enumerate(digests)}
        where = f"{TESTED} AND a.digest IN ({', '.join(f':{n}' for n in named) or 'NULL'})"
    rest = REST if digests is None else SOME_REST
    rows = session.execute(text(f"""
        WITH firsts AS ({FIRST.format(where=where)}), rest AS ({rest}),
        pairs AS (
            SELECT f.digest, f.x, CASE WHEN r.k > 1 THEN (r.total - f.x) / (r.k - 1) ELSE 0 END AS y
            FROM firsts f JOIN rest r ON r.attempt_id = f.attempt_id WHERE f.nth = 1
        )
        SELECT digest, COUNT(*), SUM(x), SUM(y), SUM(x * x), SUM(y * y), SUM(x * y) FROM pairs GROUP BY digest
    """), named)  # fmt: skip
    return {digest: Sums(int(n), *map(float, found)) for digest, n, *found in rows}


def answered(session: Session, digest: str) -> list[tuple[object, float, float, list]]:
    """Each person's first answer to one version: what was answered, its share, the rest's share, the points."""
    import json

    rows = session.execute(text(f"""
        WITH firsts AS ({FIRST.format(where=TESTED + " AND a.digest = :digest")}), rest AS ({SOME_REST})
        SELECT a.answer, f.x, CASE WHEN r.k > 1 THEN (r.total - f.x) / (r.k - 1) ELSE 0 END, a.points
        FROM firsts f JOIN rest r ON r.attempt_id = f.attempt_id
        JOIN attemptanswer a ON a.attempt_id = f.attempt_id AND a.place = f.place
        WHERE f.nth = 1 ORDER BY f.attempt_id
    """), {"digest": digest})  # fmt: skip
    loaded = lambda v: json.loads(v) if isinstance(v, str) else v  # noqa: E731 - PostgreSQL gives values, SQLite text
    return [(loaded(a).get("value"), float(x), float(y), loaded(p)) for a, x, y, p in rows]


def matrix_of(session: Session, paper_id: int) -> list[list[float]]:
    """Shares of a fixed paper: everybody's first sitting, in the order of the questions."""
    rows = session.execute(text("""
        SELECT a.attempt_id, a.share FROM attemptanswer a WHERE a.attempt_id IN (
            SELECT MIN(id) FROM attempt WHERE paper_id = :paper AND submitted IS NOT NULL GROUP BY person_id)
        ORDER BY a.attempt_id, a.place
    """), {"paper": paper_id})  # fmt: skip
    found = [[float(share or 0) for _, share in group] for _, group in itertools.groupby(rows, key=lambda r: r[0])]
    width = max(map(len, found), default=0)
    return [row for row in found if len(row) == width]
