"""What search is measured on is not what it learns from."""

import re

import pytest

from kb.search.analysis import LEXICON
from server.evaluation import rows


def plain(text: str) -> str:
    return re.sub(r"\W", "", text)


@pytest.mark.parametrize("lexicon", ["outside.tsv", "emergency_calls.tsv", "asks.tsv"])
def test_no_query_of_the_test_part_stands_in_a_lexicon(lexicon):
    measured = {
        plain(row["query"])
        for name in ("search", "out_of_scope", "emergencies")
        for row in rows(f"{name}.jsonl")
        if row["split"] == "test"
    }
    lines = (LEXICON / lexicon).read_text(encoding="utf-8").splitlines()
    learned = {plain(field) for line in lines for column in line.split("\t") for field in column.split("|")}

    assert learned
    assert not (learned & measured) - {""}


def test_no_query_of_the_test_part_is_a_question_of_an_article(rooms):
    asked = {plain(q) for article in rooms.library.articles.values() for q in article.questions}
    measured = {plain(row["query"]) for row in rows("search.jsonl") if row["split"] == "test"}

    assert len(asked & measured) / len(measured) < 0.05
