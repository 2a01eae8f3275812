"""What happens after a lesson: evidence is written, review cards are made, progress is recomputed."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from quiz import attempts, certificates, review
from quiz.attempts import Marked
from quiz.evidence import Evidence
from quiz.review import Missed
from quiz.tables import Attempt
from quiz.training import makeups, records
from scenarios.debrief import Debrief
from scenarios.rubric import DIMENSIONS
from scenarios.scenario import Scenario
from scenarios.tables import DrillRun
from server import clock, coursework
from server.house import House


def drill_ended(session: Session, house: House, run: DrillRun, scenario: Scenario, result: Debrief) -> None:
    """A drill is evidence for the sections of its cards, and what was missed comes back as review."""
    at = run.ended
    sections = sections_of(house, scenario)
    add_evidence(session, house, [
        Evidence(run.person_id, section, "drill", float(result.total), at, f"drill {run.id}") for section in sections
    ], at)  # fmt: skip
    if run.ending == "given-up" and result.total == 0:
        return
    missed = [
        Missed(f"{scenario.id}:{p.point.text}", sections[0], f"{scenario.title}\n这时应当说到什么？（{DIMENSIONS[p.point.dimension]}）",
               f"{p.point.text}\n\n可以说：{p.point.examples[0]}")
        for p in result.points if not p.met
    ][:3]  # fmt: skip
    review.add_missed(session, run.person_id, missed, at)


def sections_of(house: House, scenario: Scenario) -> list[str]:
    linked = [house.library.articles[i].section for i in scenario.links if i in house.library.articles]
    ours = [a.section for a in house.library.of_intent(scenario.intent) if a.kind == "script"]
    return list(dict.fromkeys(linked or ours[:1])) or ["ch03-s4"]


def attempt_ended(
    session: Session, house: House, attempt: Attempt, result: Sequence[Marked], now: datetime
) -> None:
    review.add_missed(session, attempt.person_id, review.missed_of(result), now)
    add_evidence(session, house, attempts.evidence(attempt, result), now)
    certificates.settle(session, attempt, now)
    coursework.settle(session, attempt, now)
    makeups.settle(session, attempt, clock.local(now).date(), records.rules(session))


def rescored(session: Session, house: House, sat: Sequence[Attempt], now: datetime) -> None:
    """After a regrade: certificates follow the verdict, and progress is recomputed."""
    touched = set()
    for attempt in sat:
        certificates.settle(session, attempt, now)
        coursework.resettle(session, attempt, now)
        touched |= {(attempt.person_id, q.section) for q in attempts.questions_of(session, attempt)}
    for person_id, section in touched:
        records.refresh(session, person_id, section, now, read_seconds(house, section))


def add_evidence(session: Session, house: House, found: Sequence[Evidence], now: datetime) -> None:
    """Write evidence and bring the progress of the touched sections up to date, in one transaction."""
    records.add_evidence(session, found)
    for person_id, section in {(e.person_id, e.section) for e in found}:
        records.refresh(session, person_id, section, now, read_seconds(house, section))


def read_seconds(house: House, section: str) -> int:
    """How long the section takes to read at 300 characters a minute."""
    chars = sum(len(h.text) for a in house.library.of_section(section) for h in a.headings)
    return max(60, round(chars / 300 * 60))
