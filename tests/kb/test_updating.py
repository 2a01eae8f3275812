"""An edit is searchable at once, without waiting for the full index."""

from dataclasses import replace

import pytest

from kb.articles import library_of
from kb.search import Searcher, refreshed
from kb.search.updating import updated


@pytest.fixture
def corrected(house):
    """The handbook with one article about something else now, and one article more."""
    first, *others = house.library.articles.values()
    owls = replace(
        first, digest="new", title="楼顶来了猫头鹰", questions=tuple(f"猫头鹰第{i}晚叫" for i in range(6))
    )
    drones = replace(first, id="ch03-s4-faq-drone", digest="newer", title="无人机掉进花园",
                     questions=tuple(f"无人机{i}掉进花园谁来捡" for i in range(6)))  # fmt: skip
    return first, library_of({a.id: a for a in (owls, *others, drones)})


def test_a_correction_is_found_at_once_and_its_old_wording_no_longer(house, corrected, monkeypatch, tmp_path):
    monkeypatch.setattr("kb.search.updating.open_index", lambda *_: pytest.fail("built the whole index"))
    before, library = corrected
    after = refreshed(house.searcher, library, tmp_path)

    assert before.id == after.search("猫头鹰晚上叫").hits[0].id
    assert "ch03-s4-faq-drone" == after.search("无人机掉进花园").hits[0].id
    assert before.id == house.searcher.search(before.title).hits[0].id
    assert before.title not in [h.title for h in after.search(before.title).hits]


def test_an_edit_leaves_what_other_searches_find(house, corrected, tmp_path):
    after = refreshed(house.searcher, corrected[1], tmp_path)

    for query in ("楼上漏水", "电梯困人了怎么办", "louShang漏水", "物业费太贵不想交"):
        old, new = house.searcher.search(query), after.search(query)
        assert [h.id for h in old.hits] == [h.id for h in new.hits]
        assert old.answerable == pytest.approx(new.answerable, abs=1e-3)


def test_an_article_edited_twice_is_found_by_its_last_words(house, corrected):
    first, library = corrected
    once = updated(house.searcher.index, tuple(library.articles.values()), house.encoder)
    back = {**library.articles, first.id: first}
    twice = Searcher(updated(once, tuple(back.values()), house.encoder), house.encoder)

    assert first.id == twice.search(first.title).hits[0].id
    assert first.id not in [h.id for h in twice.search("猫头鹰晚上叫").hits]


def test_a_taken_away_article_asks_for_a_full_build(house):
    assert updated(house.searcher.index, tuple(house.library.articles.values())[1:], house.encoder) is None
