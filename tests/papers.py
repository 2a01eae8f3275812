"""Sitting papers in tests, rightly or wrongly."""

from sqlmodel import select

from quiz.attempts import thaw
from quiz.questions import KEYED
from quiz.tables import Attempt, QuestionVersion
from server.database import reading


def sit(client, house, answer_of, mode="chapter", chapter="ch05", path=""):
    """Sit a paper, answering each question as `answer_of` says."""
    path = path or opened(client, "/quiz/open", mode=mode, chapter=chapter)
    with reading(house.engine) as session:
        attempt = session.get(Attempt, int(path.rsplit("/", 1)[1]))
        rows = {v.digest: thaw(v.body) for v in session.exec(select(QuestionVersion))}
    for place, digest in enumerate(attempt.digests):
        q = rows[digest]
        client.post(f"{path}/save/{place}", data=form_of(q, place, answer_of(q)))
    client.post(f"{path}/submit")
    return attempt.id


def form_of(q, place, right):
    if q.type in KEYED:
        return {f"a{place}": "。".join(p[0] for p in q.key) if right else "不知道"}
    if q.type == "matching":
        return {f"a{place}-{i}": b for i, (_, b) in enumerate(q.pairs)} if right else {}
    if not right:
        wrong = [i for i in range(max(2, len(q.options))) if i not in q.answer]
        return {f"a{place}": [str(v) for v in wrong[:1]]}
    return {f"a{place}": [str(v) for v in q.answer]}


def opened(client, address: str, **data) -> str:
    """Where the paper lies that this form opened."""
    return client.post(address, data=data, follow_redirects=False).headers["location"]
