"""Where people stand: everything the gates look at, read for a whole team in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from sqlmodel import Session, col, func, select

from quiz.tables import Attempt
from quiz.training import courses
from quiz.training.levels import DrillResult, Standing
from quiz.training.tables import ArchiveNote, Employee, EvidenceRow, InstructorReview, LevelChange, Progress
from scenarios.tables import DrillRun
from server import clock
from server.accounts.tables import Person
from server.house import House

INSPECTED_DAYS = 91


def employee_of(session: Session, person: Person) -> Employee:
    return session.get(Employee, person.id) or fresh_employee(person)


def fresh_employee(person: Person) -> Employee:
    hired = clock.local(person.created).date()
    return Employee(person_id=person.id, number=person.login, hired=hired, level_since=hired)


def standing_of(session: Session, house: House, person: Person) -> Standing:
    return standings(session, house, [person])[person.id]


def standings(session: Session, house: House, people: Sequence[Person]) -> dict[int, Standing]:
    ids = [p.id for p in people]
    employees = {e.person_id: e for e in session.exec(select(Employee).where(col(Employee.person_id).in_(ids)))}
    resets = dict(session.exec(
        select(EvidenceRow.person_id, func.max(EvidenceRow.at))
        .where(EvidenceRow.kind == "reset", col(EvidenceRow.person_id).in_(ids)).group_by(EvidenceRow.person_id)
    ).all())  # fmt: skip
    sat, drills = by_person(exams(session, ids)), by_person(drill_rows(session, ids))
    notes, changes = by_person(rows_of(session, ArchiveNote, ids)), by_person(rows_of(session, LevelChange, ids))
    states: dict[int, dict[str, str]] = defaultdict(dict)
    for person_id, section, state in session.exec(
        select(Progress.person_id, Progress.section, Progress.state).where(col(Progress.person_id).in_(ids))
    ):
        states[person_id][section] = state
    reviews = dict(session.exec(
        select(InstructorReview.instructor_id, InstructorReview.learner_score)
        .where(col(InstructorReview.instructor_id).in_(ids)).order_by(col(InstructorReview.id))
    ).all())  # fmt: skip
    expired = courses.run_out(session, ids, clock.today())
    return {
        p.id: one_standing(
            house, employees.get(p.id) or fresh_employee(p), states[p.id], sat[p.id], drills[p.id], notes[p.id],
            changes[p.id], resets.get(p.id), reviews.get(p.id), expired.get(p.id, ()),
        )
        for p in people
    }  # fmt: skip


def exams(session: Session, ids: Sequence[int]):
    return session.exec(
        select(Attempt.person_id, Attempt.id, Attempt.mode, Attempt.score, Attempt.submitted, Attempt.makeup_of)
        .where(col(Attempt.person_id).in_(ids), col(Attempt.score).is_not(None),
               col(Attempt.mode).in_(("entry", "exam", "makeup")))
    )  # fmt: skip


def drill_rows(session: Session, ids: Sequence[int]):
    return session.exec(
        select(DrillRun.person_id, DrillRun.scenario_id, DrillRun.total, DrillRun.reviewed_total, DrillRun.vetoed, DrillRun.ended)
        .where(col(DrillRun.person_id).in_(ids), col(DrillRun.total).is_not(None))
    )  # fmt: skip


def rows_of(session: Session, table, ids: Sequence[int]):
    return session.exec(select(table).where(col(table.person_id).in_(ids)).order_by(col(table.id)))


def by_person(rows) -> dict[int, list]:
    found: dict[int, list] = defaultdict(list)
    for row in rows:
        found[row.person_id].append(row)
    return found


def one_standing(house: House, employee: Employee, states, sat, drills, notes, changes, reset_at, review, expired=()) -> Standing:
    modes = {a.id: a.mode for a in sat}
    origin = {a.id: a.makeup_of for a in sat}
    counted = [a for a in sat if reset_at is None or a.submitted >= reset_at]
    entry = best([a for a in sat if root_mode(a.id, modes, origin) == "entry"])
    written = best([a for a in counted if root_mode(a.id, modes, origin) == "exam"])
    since = [n for n in notes if n.day >= employee.level_since]
    recent = [n.score for n in notes if n.kind == "质检" and n.score is not None
              and n.day >= clock.today() - timedelta(days=INSPECTED_DAYS)]  # fmt: skip
    settled = {i for c in changes for i in c.basis.get("红线记录", ())}
    return Standing(
        level=employee.level, level_since=employee.level_since, today=clock.today(),
        entry_mark=entry.score if entry else None, written_mark=written.score if written else None,
        section_states=states, drills=tuple(drill_result(house, r) for r in drills),
        mentor_appraisal=any(n.kind == "师傅鉴定" for n in since),
        supervisor_appraisal=any(n.kind == "主管鉴定" for n in since),
        inspection_mean=sum(recent) / len(recent) if recent else None, leaks=sum(n.kind == "泄露" for n in since),
        reset_at=reset_at, red_line=next((n.words for n in notes if n.kind == "红线" and n.id not in settled), ""),
        failed_recertifications=failed_in_a_row(notes), instructor_review=review, expired_courses=tuple(expired),
        review_on=next((c.review_on for c in reversed(changes) if c.review_on), None),
        sources={k: f"/quiz/{a.id}" for k, a in (("entry", entry), ("written", written)) if a},
    )  # fmt: skip


def root_mode(attempt_id: int, modes: dict, origin: dict) -> str:
    while origin.get(attempt_id):
        attempt_id = origin[attempt_id]
    return modes.get(attempt_id, "")


def best(sat: list):
    return max(sat, key=lambda a: a.score, default=None)


def failed_in_a_row(notes) -> int:
    """Re-certifications failed since the last one that was passed."""
    count = 0
    for note in notes:
        count = count + 1 if note.kind == "复训不合格" else 0 if note.kind == "复训合格" else count
    return count


def drill_result(house: House, run) -> DrillResult:
    scenario = house.scenarios.get(run.scenario_id)
    score = run.reviewed_total if run.reviewed_total is not None else run.total
    hard = bool(scenario and scenario.difficulty == 3)
    return DrillResult(run.scenario_id, float(score), run.vetoed, hard, run.ended)
