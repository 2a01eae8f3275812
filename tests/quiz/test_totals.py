"""Progress never drifts: whatever happens in whatever order, it equals a recount from evidence."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, SQLModel, create_engine, select

import server.registry  # noqa: F401 - makes every table known
from quiz.evidence import Evidence
from quiz.training import records
from quiz.training.progress import Shown, section_progress, totals
from quiz.training.rules import Rules
from quiz.training.tables import EvidenceRow, Progress

START = datetime(2026, 1, 1, tzinfo=UTC)
SECTIONS = ("ch05-s1", "ch05-s4", "ch06-s1")
EVENTS = st.lists(
    st.tuples(
        st.integers(1, 3), st.sampled_from(SECTIONS), st.sampled_from(("reading", "quiz", "exam", "drill", "reset")),
        st.integers(0, 100), st.integers(0, 500),
    ),
    max_size=25,
)  # fmt: skip


def recount(session: Session, now: datetime) -> Counter:
    """States counted afresh from the rows of evidence, by the definition and by nothing that was stored."""
    found: dict[tuple, list] = {}
    for row in session.exec(select(EvidenceRow)):
        found.setdefault((row.person_id, row.section), []).append(row)
    states = []
    for (_, section), rows in found.items():
        shown = [Shown(r.kind, r.at, r.score, r.seconds) for r in rows if r.kind != "reset"]
        reset = max((r.at for r in rows if r.kind == "reset"), default=None)
        states.append(section_progress(section, shown, now, Rules(), read_seconds=60, reset_at=reset).state)
    return Counter(s for s in states if s != "未学")


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(events=EVENTS)
def test_totals_equal_a_recount_from_evidence(events):
    engine = create_engine("sqlite://")
    SQLModel.metadata.create_all(engine)
    now = START
    with Session(engine) as session:
        for person, section, kind, score, days in events:
            now = max(now, START + timedelta(days=days))
            if kind == "reset":
                records.restart(session, person, [section], now)
            else:
                marked = None if kind == "reading" else float(score)
                records.add_evidence(session, [Evidence(person, section, kind, marked, now, seconds=score)])
            records.refresh(session, person, section, now, 60)
        for person, section in records.outdated(session, now):
            records.refresh(session, person, section, now, 60)
        stored = Counter(totals(session.exec(select(Progress.state)).all()))

        assert recount(session, now) == +stored
