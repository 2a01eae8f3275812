"""Which text of an article came into force when: after an edit, after a release, and how it was found first."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, func, select

from kb.articles import Article, Library
from kb.changes import Change, difference, text_of
from kb.masking import mask
from server.tables import ArticleVersion, Deployment

# Changes of urgent cards concern everybody, whoever made them.
URGENT = ("P0", "P1")
# Set once the handbook as it was found is on record: only what changes after that is news.
BEGUN = "news-begun"


def take_note(session: Session, library: Library, now: datetime) -> int:
    """Write down each text that is not on record, as after a release; the first time nothing of it is news."""
    begun = session.get(Deployment, BEGUN) is not None
    known = {v.article_id: v for v in latest(session)}
    fresh = [a for a in library.articles.values() if a.id not in known or known[a.id].digest != a.digest]
    for article in fresh:
        before = known.get(article.id)
        text = stored_text(session, before.id) if before else ""
        add_version(session, article, text, now, news=begun, important=article.urgency in URGENT)
    for gone in known.keys() - library.articles.keys():
        withdraw(session, gone)
    if not begun:
        session.add(Deployment(name=BEGUN, value=now.isoformat()))
    session.flush()
    return len(fresh)


def published(
    session: Session, before: Article, after: Article | None, now: datetime, by_id: int, words: str, important: bool
) -> None:  # fmt: skip
    """An edit made in the product: news for everyone who was there before it."""
    known = session.exec(
        select(ArticleVersion.id).where(ArticleVersion.article_id == before.id).limit(1)
    ).first()
    if known is None:
        add_version(session, before, "", now, news=False)
    if after is None:
        withdraw(session, before.id)
    elif after.digest != before.digest:
        add_version(
            session, after, text_of(before), now, by_id=by_id, words=mask(words).masked, important=important
        )
    session.flush()


def add_version(
    session: Session, article: Article, before: str, now: datetime, *, news: bool = True, by_id: int | None = None,
    words: str = "", important: bool = False,
) -> None:  # fmt: skip
    """One more text of an article; a change that no reader would notice is kept without being news."""
    text = text_of(article)
    headings = [c.heading for c in difference(before, text)] if before else []
    session.add(ArticleVersion(
        article_id=article.id, title=article.title, digest=article.digest, text=text, at=now, by_id=by_id, words=words,
        headings=headings, news=news and text != before, important=important,
    ))  # fmt: skip


def latest(session: Session) -> Sequence:
    """Id, article and digest of the newest text of every article."""
    newest = select(func.max(ArticleVersion.id)).group_by(ArticleVersion.article_id)
    return session.exec(
        select(ArticleVersion.id, ArticleVersion.article_id, ArticleVersion.digest).where(col(ArticleVersion.id).in_(newest))
    ).all()  # fmt: skip


def stored_text(session: Session, version_id: int) -> str:
    return session.exec(select(ArticleVersion.text).where(ArticleVersion.id == version_id)).one()


def withdraw(session: Session, article_id: str) -> None:
    """What is no longer in the handbook is nobody's news."""
    for row in session.exec(
        select(ArticleVersion).where(ArticleVersion.article_id == article_id, ArticleVersion.news)
    ):
        row.news = False
        session.add(row)


def step(session: Session, version: ArticleVersion) -> list[Change]:
    """What this change did to the text before it."""
    before = session.exec(
        select(ArticleVersion.text).where(ArticleVersion.article_id == version.article_id, ArticleVersion.id < version.id)
        .order_by(col(ArticleVersion.id).desc()).limit(1)
    ).first()  # fmt: skip
    return difference(before, version.text) if before is not None else []


def newer(session: Session, version: ArticleVersion) -> int | None:
    """The id of the newest change of the same article, when it is a later one."""
    return session.exec(
        select(ArticleVersion.id)
        .where(ArticleVersion.article_id == version.article_id, ArticleVersion.news, ArticleVersion.id > version.id)
        .order_by(col(ArticleVersion.id).desc()).limit(1)
    ).first()  # fmt: skip
