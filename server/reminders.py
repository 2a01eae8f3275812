"""Reminders: found in the records, shown in the product once, and sent by mail and robot where set up."""

import json
import logging
import smtplib
import urllib.request
from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from sqlmodel import Session, col, func, select

from quiz.tables import ReviewCard
from quiz.training import courses
from quiz.training.rules import ORDER
from quiz.training.tables import ClassRun, Course, Employee, LevelChange, Makeup, Mentoring, Notice
from scenarios.tables import DrillAssignment, DrillRun
from server import clock
from server.accounts.tables import Person, TeamTrainer
from server.database import writing
from server.house import House
from server.lessons import read_seconds
from server.pages import day, moment
from server.settings import Settings

log = logging.getLogger("kefu")
SOON = timedelta(days=2)
TIMEOUT = 8
PILE = 20


def daily(house: House) -> int:
    """Bring expired sections up to date, write today's reminders and send them; returns how many were new."""
    from quiz.training import records

    with writing(house.engine) as session:
        now = clock.now()
        for person_id, section in records.outdated(session, now):
            records.refresh(session, person_id, section, now, read_seconds(house, section))
        fresh = write(session, found(session))
    send(house)
    return fresh


def found(session: Session) -> Iterable[tuple[int, str, str, str, str]]:
    """(person, kind, words, link, key) of all that is worth saying today."""
    yield from drills(session)
    yield from makeups(session)
    yield from classes(session)
    yield from cards(session)
    yield from reviews_of_level(session)
    yield from courses_ending(session)
    yield from unsigned(session)


def drills(session: Session):
    now = clock.now()
    ended = select(DrillRun.assignment_id).where(col(DrillRun.assignment_id).is_not(None), DrillRun.total >= 80)
    for w in session.exec(select(DrillAssignment).where(DrillAssignment.due < now + SOON, col(DrillAssignment.id).not_in(ended))):
        late = w.due < now
        yield w.person_id, "演练", f"演练{'过期没交' if late else '快到期'}：{day(w.due)}前", "/drills", f"drill-{w.id}-{late}"


def makeups(session: Session):
    for m in session.exec(select(Makeup).where(col(Makeup.passed).is_(None), Makeup.due <= clock.today() + SOON)):
        late = m.due < clock.today()
        yield m.person_id, "补考", f"{m.exam}补考{'过期' if late else ''}：{day(m.due)}前", "/training/mine", f"due-{m.id}-{late}"
        if late:
            for trainer in trainers(session, m.person_id):
                yield trainer, "补考", f"有人补考过期，由你决定延期或调岗：{m.exam}", f"/training/archive/{m.person_id}#makeups", f"due-{m.id}-{trainer}"


def trainers(session: Session, person_id: int) -> list[int]:
    person = session.get(Person, person_id)
    rows = session.exec(select(TeamTrainer.person_id).where(TeamTrainer.team_id == (person.team_id if person else None)))
    return list(rows.all())


def classes(session: Session):
    now = clock.now()
    titles = dict(session.exec(select(Course.id, Course.title)).all())
    for run in session.exec(select(ClassRun).where(ClassRun.starts > now, ClassRun.starts < now + SOON)):
        for person_id in run.expected:
            yield person_id, "培训", f"{moment(run.starts)} 在{run.place}：{titles.get(run.course_id, '')}", "/training/mine", f"soon-{run.id}-{person_id}"


def cards(session: Session):
    rows = session.exec(
        select(ReviewCard.person_id, func.count()).where(ReviewCard.due < clock.now(), col(ReviewCard.left_book).is_(None))
        .group_by(ReviewCard.person_id).having(func.count() >= PILE)
    )  # fmt: skip
    week = clock.today().isocalendar()
    for person_id, count in rows:
        yield person_id, "复习", f"复习积压 {count} 张，先做今天的", "/quiz/review", f"cards-{person_id}-{week[0]}-{week[1]}"


def reviews_of_level(session: Session):
    """Trainers hear of a re-certification a month ahead; the level itself only a person changes."""
    last = select(func.max(LevelChange.id)).group_by(LevelChange.person_id)
    high = ORDER[ORDER.index("qualified") :]
    rows = session.exec(
        select(LevelChange, Person.name).join(Person, Person.id == LevelChange.person_id)
        .where(col(LevelChange.id).in_(last), col(LevelChange.after).in_(high),
               LevelChange.review_on <= clock.today() + timedelta(days=30))
    )  # fmt: skip
    for change, name in rows:
        for trainer in trainers(session, change.person_id):
            yield trainer, "复训", f"{name} {day(change.review_on)}起该复训", f"/training/archive/{change.person_id}", f"again-{change.id}-{trainer}"


def courses_ending(session: Session):
    """A pass that may be renewed, and one that has run out."""
    today, active = clock.today(), session.exec(select(Person.id).where(Person.active)).all()
    for one in courses.passes(session, active):
        if one.renewed_from <= today:
            late = one.until < today
            words = f"{one.title}：{day(one.until)}{'已到期，要重考' if late else '到期，可以重考了'}"
            yield one.person_id, "课程", words, f"/courses/{one.course_id}", f"course-{one.course_id}-{one.person_id}-{one.until}-{late}"


def unsigned(session: Session):
    for m in session.exec(select(Mentoring).where(Mentoring.week < clock.today() - timedelta(days=6))):
        for person_id, signed in ((m.mentor_id, m.mentor_signed), (m.apprentice_id, m.apprentice_signed)):
            if signed is None:
                yield person_id, "带教", f"{day(m.week)}那周的带教还没签字", f"/training/mentoring/{m.apprentice_id}", f"sign-{m.id}-{person_id}"


def write(session: Session, reminders: Iterable[tuple[int, str, str, str, str]]) -> int:
    """Each reminder once: its key is unique, whichever process finds it first."""
    known, fresh = set(session.exec(select(Notice.key))), 0
    for person_id, kind, words, link, key in list(reminders):
        if key not in known:
            session.add(Notice(person_id=person_id, kind=kind, words=words, link=link, key=key, at=clock.now()))
            known.add(key)
            fresh += 1
    session.flush()
    return fresh


def send(house: House) -> None:
    """Send what was not sent; a failure is logged without the address and tried again next time."""
    config = house.settings
    if not (config.smtp_url or config.webhook_url):
        return
    with writing(house.engine) as session:
        waiting = session.exec(select(Notice).where(col(Notice.sent_at).is_(None), col(Notice.read_at).is_(None))).all()
        mails = dict(session.exec(select(Employee.person_id, Employee.email).where(Employee.email != "")).all())
        names = dict(session.exec(select(Person.id, Person.name)).all())
    by_person: dict[int, list[Notice]] = defaultdict(list)
    for notice in waiting:
        by_person[notice.person_id].append(notice)
    done = [n.id for n in waiting] if waiting and tell_robot(config, by_person, names) else []
    for person_id, notices in by_person.items():
        if person_id in mails and send_mail(config, mails[person_id], notices):
            done += [n.id for n in notices]
    with writing(house.engine) as session:
        for notice in session.exec(select(Notice).where(col(Notice.id).in_(done))):
            notice.sent_at = clock.now()
            session.add(notice)


def robot_text(by_person: dict[int, list[Notice]], names: dict[int, str]) -> dict:
    """The text message that both the WeCom and the DingTalk robot take; who, how many and of what kind, no details."""
    lines = [f"{names.get(p, '')}：{'、'.join(sorted({n.kind for n in found}))} {len(found)} 项" for p, found in by_person.items()]
    return {"msgtype": "text", "text": {"content": "客服学堂提醒\n" + "\n".join(lines[:50])}}


def tell_robot(config: Settings, by_person: dict[int, list[Notice]], names: dict[int, str]) -> bool:
    if not config.webhook_url:
        return False
    body = json.dumps(robot_text(by_person, names), ensure_ascii=False).encode()
    request = urllib.request.Request(config.webhook_url, body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
            return json.load(answer).get("errcode", 0) == 0
    except (OSError, ValueError) as error:
        log.warning("reminder robot failed: %s", type(error).__name__)
        return False


def send_mail(config: Settings, address: str, notices: list[Notice]) -> bool:
    """One mail with all reminders of one person."""
    if not config.smtp_url:
        return False
    url = urlsplit(config.smtp_url)
    message = EmailMessage()
    message["Subject"], message["To"] = f"客服学堂：{len(notices)} 项提醒", address
    message["From"] = unquote(url.username or "") or f"kefu@{url.hostname}"
    message.set_content("\n".join(f"{n.kind}：{n.words}" for n in notices))
    try:
        door = smtplib.SMTP_SSL if url.scheme == "smtps" else smtplib.SMTP
        with door(url.hostname, url.port or (465 if url.scheme == "smtps" else 25), timeout=TIMEOUT) as server:
            if url.username:
                if url.scheme != "smtps":
                    server.starttls()
                server.login(unquote(url.username), unquote(url.password or ""))
            server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        log.warning("reminder mail failed: %s", type(error).__name__)
        return False
    return True
