"""The expectations for answers hold against the handbook, and every answer to them is word for word from it."""

import pytest

from kb.chat.evaluation import ask, holds, verbatim
from server.evaluation import rows

ROWS = rows("ask.jsonl")


@pytest.fixture(scope="module")
def given(rooms):
    """Every expectation asked once, the follow-ups also as they stand alone."""
    asked = [(r, r["turns"]) for r in ROWS] + [(r, [r["standalone"]]) for r in ROWS if "standalone" in r]
    return [ask(rooms.searcher, rooms.library, row, turns) for row, turns in asked]


def test_the_set_is_as_large_as_it_says():
    kinds = [r["kind"] for r in ROWS]

    assert kinds.count("answer") >= 300
    assert kinds.count("none") >= 100
    assert kinds.count("follow-up") >= 60


def test_every_expected_fact_still_stands_in_the_first_acceptable_article(rooms):
    texts = {a.id: "\n".join(h.text for h in a.headings) for a in rooms.library.articles.values()}
    lost = [
        (row["articles"][0], fact)
        for row in ROWS if row["kind"] in ("answer", "follow-up")
        for fact in row["facts"] if not holds(texts[row["articles"][0]], fact)
    ]  # fmt: skip

    assert [] == lost


def test_no_question_is_copied_from_an_article(rooms):
    written = {q for a in rooms.library.articles.values() for q in a.questions}

    assert not written & {turn for row in ROWS for turn in row["turns"][-1:]}


def test_every_sentence_of_every_answer_is_word_for_word_in_the_heading_it_cites(rooms, given):
    quotes = [q for a in given for q in a.answer.quotes + a.answer.more]

    assert len(quotes) > 2000
    assert [] == [q for q in quotes if not verbatim(rooms.library, q)]


def test_an_answer_that_is_no_answer_quotes_nothing(given):
    assert [] == [a.row for a in given if not a.answer.answered and a.answer.quotes]
