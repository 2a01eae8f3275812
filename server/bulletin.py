"""News of the handbook: what changed for one person since they joined, and who has read and understood it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, and_, col, func, or_, select

from kb.changes import Change, difference
from quiz.training.tables import Notice
from server.accounts.tables import Person
from server.tables import ArticleVersion, ReadNotice

# How the key of a reminder to read a change begins; the id of the change, the person and the day follow.
REMINDER = "news-"


@dataclass(frozen=True)
class News:
    """One change as one person sees it; `read` is when they said that they had understood exactly this text."""

    id: int
    article_id: str
    title: str
    digest: str
    at: datetime
    words: str
    headings: tuple[str, ...]
    important: bool
    by: str
    read: datetime | None
    newest: bool

    @property
    def unread(self) -> bool:
        return self.newest and (self.read is None or self.read < self.at)


def news_query(person: Person, *, every: bool = False):
    """Others' changes since the person joined, newest first: the newest of each article, or `every` one."""
    others = or_(col(ArticleVersion.by_id).is_(None), ArticleVersion.by_id != person.id)
    told = and_(ArticleVersion.news, col(ArticleVersion.at) > person.created, others)
    rows = (
        select(
            ArticleVersion.id, ArticleVersion.article_id, ArticleVersion.title, ArticleVersion.digest, ArticleVersion.at,
            ArticleVersion.words, ArticleVersion.headings, ArticleVersion.important, Person.name, ReadNotice.at,
            func.max(ArticleVersion.id).over(partition_by=ArticleVersion.article_id),
        )
        .join(Person, Person.id == ArticleVersion.by_id, isouter=True)
        .join(ReadNotice, and_(ReadNotice.person_id == person.id, ReadNotice.article_id == ArticleVersion.article_id,
                               ReadNotice.digest == ArticleVersion.digest), isouter=True)
        .where(told).order_by(col(ArticleVersion.id).desc())
    )  # fmt: skip
    newest = select(func.max(ArticleVersion.id)).where(told).group_by(ArticleVersion.article_id)
    return rows if every else rows.where(col(ArticleVersion.id).in_(newest))


def only_unread(query):
    return query.where(or_(col(ReadNotice.at).is_(None), col(ReadNotice.at) < ArticleVersion.at))


def news_of(session: Session, query) -> list[News]:
    return [
        News(*row[:6], headings=tuple(row[6]), important=row[7], by=row[8] or "", read=row[9], newest=row[0] == row[10])
        for row in session.execute(query)
    ]  # fmt: skip


def counts_of(session: Session, *queries) -> tuple[int, ...]:
    """How many rows each query has, in one statement."""
    sizes = (select(func.count()).select_from(q.order_by(None).subquery()).scalar_subquery() for q in queries)
    return tuple(session.execute(select(*sizes)).one())


def of_article(session: Session, person: Person, article_id: str) -> News | None:
    """The newest change of one article, read or not."""
    found = news_of(session, news_query(person).where(ArticleVersion.article_id == article_id))
    return found[0] if found else None


def differences(session: Session, person: Person, news: Sequence[News]) -> dict[int, list[Change]]:
    """Each change against the text that the person read last, else against the one in force when they joined."""
    if not news:
        return {}
    rows = session.execute(
        select(ArticleVersion.id, ArticleVersion.article_id, ArticleVersion.at, ArticleVersion.text, ReadNotice.at)
        .join(ReadNotice, and_(ReadNotice.person_id == person.id, ReadNotice.article_id == ArticleVersion.article_id,
                               ReadNotice.digest == ArticleVersion.digest), isouter=True)
        .where(col(ArticleVersion.article_id).in_({n.article_id for n in news})).order_by(col(ArticleVersion.id))
    )  # fmt: skip
    texts: dict[str, list] = defaultdict(list)
    for row in rows:
        texts[row[1]].append(row)
    return {n.id: against(texts[n.article_id], n, person) for n in news}


def against(versions: Sequence, news: News, person: Person) -> list[Change]:
    earlier = [v for v in versions if v[0] < news.id]
    if not earlier:
        return []
    read = max((v for v in earlier if v[4]), key=lambda v: v[4], default=None)
    known = [v for v in earlier if v[2] <= person.created]
    base = earlier[-1] if not news.unread else read or (known or earlier[:1])[-1]
    now = next(v for v in versions if v[0] == news.id)
    return difference(base[3], now[3])


def confirm(session: Session, person: Person, article_id: str, digest: str, now: datetime) -> bool:
    """Keep that the person has read and understood this text; False when it has changed again meanwhile."""
    found = of_article(session, person, article_id)
    if found is None or found.digest != digest:
        return False
    row = session.get(ReadNotice, (person.id, article_id, digest)) or ReadNotice(
        person_id=person.id, article_id=article_id, digest=digest, at=now
    )
    row.at = now
    session.add(row)
    for notice in session.exec(
        select(Notice).where(Notice.person_id == person.id, col(Notice.key).startswith(f"{REMINDER}{found.id}-"),
                             col(Notice.read_at).is_(None))
    ):  # fmt: skip
        notice.read_at = now
        session.add(notice)
    session.flush()
    return True


@dataclass(frozen=True)
class Reach:
    """One change and the people it concerns: those who were there before it, by name."""

    version: ArticleVersion
    read: Mapping[int, datetime]
    waiting: tuple[int, ...]

    @property
    def size(self) -> int:
        return len(self.read) + len(self.waiting)


def newest_changes(*, important: bool):
    """The newest change of every article that has one."""
    told = and_(ArticleVersion.news, ArticleVersion.important) if important else ArticleVersion.news
    newest = (
        select(func.max(ArticleVersion.id)).where(ArticleVersion.news).group_by(ArticleVersion.article_id)
    )
    return (
        select(ArticleVersion)
        .where(told, col(ArticleVersion.id).in_(newest))
        .order_by(col(ArticleVersion.id).desc())
    )


def reaches(session: Session, versions: Sequence[ArticleVersion], people: Sequence[Person]) -> list[Reach]:
    """Who of these people has read which change, in one statement."""
    rows = session.exec(
        select(ReadNotice).where(col(ReadNotice.person_id).in_([p.id for p in people]),
                                 col(ReadNotice.article_id).in_({v.article_id for v in versions}))
    )  # fmt: skip
    done = {(r.person_id, r.article_id, r.digest): r.at for r in rows}
    return [reach_of(v, people, done) for v in versions]


def reach_of(version: ArticleVersion, people: Sequence[Person], done: Mapping) -> Reach:
    there = [p.id for p in people if p.created < version.at]
    read = {
        i: at for i in there if (at := done.get((i, version.article_id, version.digest))) and at >= version.at
    }
    return Reach(version, read, tuple(i for i in there if i not in read))
