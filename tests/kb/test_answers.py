"""An answer puts first what was asked for, keeps to the topic, and leaves to others what is theirs to decide."""

import pytest

from kb import chat
from kb.chat.alignment import Aligned
from kb.chat.declining import decline
from kb.chat.evidence import asking, match, parts_of


def answer(house, *turns: str):
    return chat.answer(house.searcher, house.library, turns)


@pytest.mark.parametrize(
    ("question", "holds"),
    [
        ("楼道杂物清理前要提前几天通知", "3 天"),
        ("减免审批表存几年", "5 年"),
        ("调价要多少业主同意", "三分之二"),
        ("分期由谁批", "主管批"),
    ],
)
def test_the_sentence_that_holds_the_figure_or_the_office_comes_first(house, question, holds):
    assert holds in answer(house, question).quotes[0].text


def test_rules_and_forms_give_staff_their_words_and_the_owner_none(house):
    found = answer(house, "起诉前催告宽限最少几天")

    assert () == found.say
    assert found.quotes


@pytest.mark.parametrize("turns", [("装修要登记吗", "如果是租客装呢"), ("电梯广告的钱归谁", "多久公布一次")])
def test_a_follow_up_stays_with_its_topic(house, turns):
    assert answer(house, turns[0]).intents[0] in answer(house, *turns).intents


def test_a_new_question_leaves_the_topic(house):
    assert "dog-conflict" in answer(house, "电梯广告的钱归谁", "邻居的狗把孩子咬伤了怎么办").intents


def test_a_matter_of_no_topic_is_not_answered_from_the_last_one(house):
    assert "none" == answer(house, "电梯广告的钱归谁", "红烧肉怎么烧").kind


def test_another_owner_type_changes_the_first_line(house):
    first = answer(house, "业主不肯交物业费怎么说").quotes[0].text
    found = answer(house, "业主不肯交物业费怎么说", "换成拆迁户怎么说")

    assert "variants" == found.quotes[0].heading
    assert first != found.quotes[0].text


@pytest.mark.parametrize("word", ["噪音", "车位", "装修"])
def test_a_word_of_two_meanings_is_offered_as_a_choice(house, word):
    found = answer(house, word)

    assert "choice" == found.kind
    assert len(found.choices) in (2, 3)


@pytest.mark.parametrize(
    ("question", "help_"),
    [
        ("老人胸口疼该吃什么药", "120"),
        ("他这是不是肺炎啊", "120"),
        ("我起诉物业胜算大吗", "12348"),
        ("帮我写份起诉状", "法务"),
    ],
)
def test_what_a_doctor_or_a_lawyer_decides_is_sent_to_them(house, question, help_):
    found = answer(house, question)

    assert ("declined", ()) == (found.kind, found.quotes)
    assert help_ in found.reason


def test_hardly_a_question_of_the_handbook_itself_is_sent_away(house):
    written = [q for a in house.library.articles.values() for q in a.questions]

    assert sum(bool(decline(q)) for q in written) <= len(written) // 1000


def test_a_question_about_an_emergency_is_answered_before_its_lines(house):
    found = answer(house, "屋里一股煤气味，能开灯看看吗")

    assert "emergency" == found.kind
    assert found.lead and found.say


def test_a_question_in_other_words_finds_its_article_by_single_words(house):
    """锁他轮子 shares one character with 锁车; the nearest of its word vectors are there all the same."""
    searcher, library = house.searcher, house.library
    question = asking(searcher, "锁他轮子行吗")
    lock, other = (
        match(question, parts_of(searcher, library.articles[name])).aligned
        for name in ("ch06-s4-faq-parking-lock-car", "ch05-s4-faq-fee-sue-cost")
    )

    assert lock.covered > other.covered
    assert lock.ask > other.ask
    assert 0 <= other.covered <= lock.covered <= 1.001


def test_a_question_without_words_is_aligned_with_nothing(house):
    searcher = house.searcher
    held = parts_of(searcher, next(iter(house.library.articles.values())))

    assert match(asking(searcher, "？？"), held).aligned == Aligned(0.0, 0.0)


def test_a_bare_word_that_many_titles_name_is_not_called_unknown(house):
    assert "choice" == answer(house, "噪音").kind
    assert "none" == answer(house, "股票").kind
