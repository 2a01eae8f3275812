"""News of the handbook: told to those who were there before, read one text at a time, seen by the trainer."""

import io
from datetime import timedelta

import openpyxl
import pytest
from sqlmodel import select

from kb.articles import library_of
from kb.changes import difference, parts_of, text_of
from quiz.training.tables import Notice
from server import changelog, clock
from server.accounts.tables import Person
from server.database import reading, writing
from server.people import add_person
from server.tables import ArticleVersion, AuditEntry, ReadNotice
from tests.statements import statements

# 小林 (1), 老陈 (2, trains her), 小周 (3, another team), 方圆 (4, on the phone, 小林's team).


@pytest.fixture
def card(house):
    """An ordinary question and answer of the handbook."""
    return next(a for a in house.library.articles.values() if a.kind == "faq" and a.urgency == "P3")


def edit(client, card, old, new, **data):
    text = client.get(f"/content/{card.id}/edit").context["text"]
    assert old in text
    answer = client.post(
        f"/content/{card.id}/edit", data={"text": text.replace(old, new, 1), "reason": "时限改了", **data}
    )
    assert answer.status_code == 200, answer.text[:2000]


def unread(client):
    return [n.article_id for n in client.get("/news").context["rows"]]


def confirm(client, card_id, **data):
    digest = client.get("/news").context["rows"][0].digest
    return client.post(f"/news/{card_id}", data={"digest": digest, **data}, follow_redirects=False)


def test_an_edit_is_news_for_everyone_until_they_have_read_it(laochen, xiaolin, sign_in, card):
    edit(laochen, card, "## 回答\n", "## 回答\n改过的第一句。")
    home = xiaolin.get("/")
    shown = home.context["news"][0]
    done = confirm(xiaolin, card.id, back="home")

    assert ("时限改了", ("回答",), "老陈") == (shown.words, shown.headings, shown.by)
    assert "改过的第一句" in home.text and "读过并理解" in home.text
    assert "/" == done.headers["location"]
    assert [[], [card.id]] == [unread(xiaolin), unread(sign_in("fangyuan"))]
    assert "读过" in xiaolin.get("/news?show=all").text


def test_the_article_says_that_it_changed_until_it_is_read(laochen, xiaolin, card):
    edit(laochen, card, "## 回答\n", "## 回答\n改过的第一句。")
    where = f"/handbook/a/{card.id}"
    before = xiaolin.get(where).text
    xiaolin.post(
        f"/news/{card.id}",
        data={"digest": xiaolin.get(where).context["changed"][0].digest, "back": "article"},
    )

    assert "这一篇改过，你还没读" in before
    assert "这一篇改过，你还没读" not in xiaolin.get(where).text


def test_nobody_is_asked_to_read_what_they_wrote_themselves(laochen, card):
    edit(laochen, card, "## 回答\n", "## 回答\n改过的第一句。")

    assert [] == unread(laochen)
    assert "你还没读" not in laochen.get(f"/handbook/a/{card.id}").text


def test_another_change_of_the_same_article_asks_again_and_shows_what_came_since(laochen, xiaolin, card):
    edit(laochen, card, "## 回答\n", "## 回答\n第一次改的。")
    confirm(xiaolin, card.id)
    edit(laochen, card, "第一次改的。", "第二次改的。")
    found = xiaolin.get("/news").context

    assert [card.id] == unread(xiaolin)
    (change,) = found["changes"][found["rows"][0].id]
    assert all("第二次改的" in line for line in change.added) and all(
        "第一次改的" in line for line in change.removed
    )


def test_going_back_to_a_text_that_was_read_once_asks_again(laochen, xiaolin, card):
    for old, new in (("## 回答\n", "## 回答\n甲。"), ("甲。", "乙。"), ("乙。", "甲。")):
        edit(laochen, card, old, new)
        assert [card.id] == unread(xiaolin)
        confirm(xiaolin, card.id)

    assert [] == unread(xiaolin)


def test_what_changed_under_ones_eyes_is_not_taken_as_read(laochen, xiaolin, card):
    edit(laochen, card, "## 回答\n", "## 回答\n第一次改的。")
    old = xiaolin.get("/news").context["rows"][0].digest
    edit(laochen, card, "第一次改的。", "第二次改的。")

    assert "刚刚又改了" in xiaolin.post(f"/news/{card.id}", data={"digest": old}).text
    assert [card.id] == unread(xiaolin)


def test_whoever_comes_after_a_change_is_not_asked(laochen, card, house, sign_in):
    edit(laochen, card, "## 回答\n", "## 回答\n改过的第一句。")
    with writing(house.engine) as session:
        add_person(session, "xiaofeng", "小冯", "trainee", clock.now(), 1)
    edit_day = laochen.get("/team/news?show=all").context["rows"][0]

    assert [] == unread(sign_in("xiaofeng"))
    assert {1, 4} == set(edit_day.waiting)


def test_a_new_date_or_another_way_to_ask_is_not_news(laochen, xiaolin, card):
    edit(laochen, card, f"- {card.questions[0]}", f"- {card.questions[0]}呀")

    assert [] == unread(xiaolin)


def test_the_handbook_as_it_was_found_is_nobodys_news(house, xiaolin):
    with writing(house.engine) as session:
        assert len(house.library.articles) == changelog.take_note(session, house.library, clock.now())
        assert 0 == changelog.take_note(session, house.library, clock.now())

    assert [] == unread(xiaolin)


def test_a_release_that_changed_an_article_is_news_with_its_lines(house, xiaolin, card):
    other = next(a for a in house.library.articles.values() if a.id != card.id)
    older = library_of({card.id: changed(card, "以前的回答。"), other.id: other})
    with writing(house.engine) as session:
        changelog.take_note(session, older, clock.now() - timedelta(days=9))
        changelog.take_note(session, library_of({card.id: card}), clock.now())
    found = xiaolin.get("/news").context

    assert [card.id] == [n.article_id for n in found["rows"]]
    assert ("以前的回答。",) == found["changes"][found["rows"][0].id][0].removed
    assert "随新版本改" in xiaolin.get("/news").text


def changed(article, words):
    from dataclasses import replace

    headings = tuple(replace(h, text=words) if h.name == "回答" else h for h in article.headings)
    return replace(article, headings=headings, digest="before")


def test_what_a_release_takes_away_is_no_longer_asked_for(house, xiaolin, laochen, card):
    edit(laochen, card, "## 回答\n", "## 回答\n改过的第一句。")
    rest = {i: a for i, a in house.library.articles.items() if i != card.id}
    with writing(house.engine) as session:
        changelog.take_note(session, library_of(rest), clock.now())

    assert [] == unread(xiaolin)


def test_a_difference_names_headings_with_the_lines_that_went_and_came(card):
    after = text_of(changed(card, "只有这一句。"))

    (found,) = difference(text_of(card), after)
    assert ("回答", ("只有这一句。",)) == (found.heading, found.added)
    assert parts_of(after)["标题"] == card.title
    assert [] == difference(after, after)


def test_the_trainer_sees_who_has_read_an_important_change_and_reminds_the_others_once_a_day(
    laochen, xiaolin, sign_in, house, card
):
    edit(laochen, card, "## 回答\n", "## 回答\n改过的第一句。", important="true")
    confirm(xiaolin, card.id)
    (row,) = laochen.get("/team/news").context["rows"]
    for _ in range(2):
        laochen.post(f"/team/news/{row.version.id}/remind")

    assert ([1], (4,)) == (list(row.read), row.waiting)
    assert "今天提醒过" in laochen.get(f"/team/news/{row.version.id}").text
    with reading(house.engine) as session:
        told = session.exec(select(Notice)).all()
    assert [(4, "手册", f"/handbook/a/{card.id}")] == [(n.person_id, n.kind, n.link) for n in told]


def test_a_reminder_is_done_with_when_the_change_is_read(laochen, xiaolin, card):
    edit(laochen, card, "## 回答\n", "## 回答\n改过的第一句。", important="true")
    (row,) = laochen.get("/team/news").context["rows"]
    laochen.post(f"/team/news/{row.version.id}/remind")
    before = xiaolin.get("/").context["notices"]
    confirm(xiaolin, card.id)

    assert [1, 0] == [len(before), len(xiaolin.get("/").context["notices"])]


def test_an_ordinary_change_stands_under_all_changes_only(laochen, card):
    edit(laochen, card, "## 回答\n", "## 回答\n改过的第一句。")

    assert [0, 1] == [len(laochen.get(f"/team/news?show={s}").context["rows"]) for s in ("important", "all")]


def test_the_change_of_an_urgent_card_is_important_unless_the_editor_says_otherwise(laochen, house, card):
    urgent = next(a for a in house.library.articles.values() if a.urgency == "P0")

    assert [True, False] == [
        laochen.get(f"/content/{a.id}/edit").context["important"] for a in (urgent, card)
    ]


def test_trainers_see_their_own_people_only(laochen, sign_in, house, card):
    edit(laochen, card, "## 回答\n", "## 回答\n改过的第一句。", important="true")
    confirm(sign_in("xiaozhou"), card.id)
    (row,) = laochen.get("/team/news").context["rows"]

    assert [] == list(row.read) and 3 not in row.waiting
    assert 3 in sign_in("admin").get("/team/news").context["rows"][0].read
    assert [404, 404] == [
        sign_in("xiaolin").get(p).status_code for p in ("/team/news", f"/team/news/{row.version.id}")
    ]


def test_who_has_read_what_is_a_sheet(laochen, xiaolin, house, card):
    edit(laochen, card, "## 回答\n", "## 回答\n改过的第一句。")
    confirm(xiaolin, card.id)
    book = openpyxl.load_workbook(io.BytesIO(laochen.get("/team/news.xlsx").content))

    assert ("时限改了", "回答", 2, 1, "方圆") == tuple(c.value for c in book["手册改动"][3][3:8])
    assert {"xiaolin": True, "fangyuan": False} == {
        r[0].value: bool(r[4].value) for r in book["谁读过"].iter_rows(min_row=3, max_row=4)
    }
    with reading(house.engine) as session:
        assert (
            "handbook news" == session.exec(select(AuditEntry.target).where(AuditEntry.act == "export")).one()
        )


def test_what_was_read_is_kept_with_person_article_and_text(laochen, xiaolin, house, card):
    edit(laochen, card, "## 回答\n", "## 回答\n改过的第一句。")
    confirm(xiaolin, card.id)

    with reading(house.engine) as session:
        row = session.exec(select(ReadNotice)).one()
        newest = session.exec(select(ArticleVersion).order_by(ArticleVersion.id.desc())).first()
        assert session.get(Person, 1).created < newest.at
    assert (1, card.id, newest.digest) == (row.person_id, row.article_id, row.digest)


def test_the_lists_of_news_cost_at_most_six_statements(laochen, xiaolin, house, card):
    edit(laochen, card, "## 回答\n", "## 回答\n改过的第一句。", important="true")
    for client, path in ((xiaolin, "/news"), (xiaolin, "/news?show=all"), (laochen, "/team/news")):
        assert len(statements(house.engine, lambda c=client, p=path: c.get(p))) <= 6, path
