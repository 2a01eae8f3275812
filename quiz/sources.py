"""Whether the text that a question cites still says what it said when the question was last compared with it."""

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime

from sqlmodel import Session, select

from kb.articles import Library
from quiz.questions import Question
from quiz.tables import SourceCheck

ShippedHeading = Callable[[str, str], str | None]


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def moved(
    session: Session, questions: Iterable[Question], library: Library, shipped: ShippedHeading
) -> dict[str, list[tuple[str, str]]]:
    """The cited (article, heading) pairs of each question whose text is another than it was, or gone.

    Without a comparison on record, a shipped question goes with the shipped text.
    """
    known = {(r.question_id, r.article_id, r.heading): r.digest for r in session.exec(select(SourceCheck))}
    found: dict[str, list[tuple[str, str]]] = {}
    for q in questions:
        for article_id, heading in q.cites:
            before = known.get((q.id, article_id, heading))
            if changed(article_id, heading, before, library, shipped):
                found.setdefault(q.id, []).append((article_id, heading))
    return found


def changed(
    article_id: str, heading: str, before: str | None, library: Library, shipped: ShippedHeading
) -> bool:
    article = library.articles.get(article_id)
    now = article.heading(heading) if article else ""
    if not now:
        return True
    if before is None and article.layer == "site":
        text = shipped(article_id, heading)
        before = digest(text) if text is not None else None
    return before is not None and before != digest(now)


def confirm(
    session: Session, questions: Iterable[Question], library: Library, by_id: int, now: datetime
) -> None:
    """Put on record that these questions agree with what their sources say now."""
    for q in questions:
        for article_id, heading in q.cites:
            article = library.articles.get(article_id)
            text = article.heading(heading) if article else ""
            row = session.get(SourceCheck, (q.id, article_id, heading)) or SourceCheck(
                question_id=q.id, article_id=article_id, heading=heading, digest="", by_id=by_id, at=now
            )
            row.digest, row.by_id, row.at = digest(text), by_id, now
            session.add(row)
    session.flush()
