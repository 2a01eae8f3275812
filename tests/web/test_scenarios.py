"""Trainers write scenarios: checked, published, restored, and played without a record."""

import pytest
from sqlmodel import select

from scenarios.tables import DrillRun
from server.database import reading

HERE = "/content/scenarios"


@pytest.fixture
def text(laochen):
    return laochen.get(f"{HERE}/repair-leak-ceiling/edit").context["text"]


def test_a_trainee_does_not_find_the_workshop(xiaolin):
    assert [404, 404] == [xiaolin.get(HERE).status_code, xiaolin.get(f"{HERE}/new").status_code]


def test_the_list_is_narrowed_by_intent_and_difficulty(laochen):
    rows = laochen.get(HERE, params={"intent": "repair-leak", "difficulty": "1"}).context["rows"]

    assert {("repair-leak", 1)} == {(s.intent, s.difficulty) for s in rows}


def test_a_changed_scenario_is_played_at_once_and_can_be_put_back(laochen, house, text):
    form = {"scenario_id": "repair-leak-ceiling", "reason": "试", "text": text.replace("title: ", "title: 新的", 1)}
    laochen.post(f"{HERE}/publish", data=form)

    assert house.scenarios["repair-leak-ceiling"].title.startswith("新的")
    page = laochen.get(f"{HERE}/repair-leak-ceiling/edit")
    assert len(page.context["versions"]) == 1
    laochen.post(f"{HERE}/repair-leak-ceiling/restore", data={"version": "shipped"})
    assert not house.scenarios["repair-leak-ceiling"].title.startswith("新的")


def test_the_template_becomes_a_new_scenario(laochen, house):
    template = laochen.get(f"{HERE}/new").context["text"]
    laochen.post(f"{HERE}/publish", data={"text": template, "reason": "新写"})

    assert "repair-leak-xinqingjing" in house.scenarios


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("links: ", "links: [nowhere] #", "links"), ("### 激怒", "### 发火", "业主的话"), ("patience: ", "patience: x", "patience"),
        ("[问到：", "[问道：", "事实"), ("  正：", "  好：", "要点"), ("## 提示", "## 提醒", "提示"), ("intent: ", "intent: [] #", "intent"),
    ],
)  # fmt: skip
def test_every_fault_is_named_with_its_place(laochen, text, old, new, field):
    answer = laochen.post(f"{HERE}/publish", data={"scenario_id": "repair-leak-ceiling", "text": text.replace(old, new), "reason": "x"})

    assert answer.status_code == 400
    assert field in {f.field for f in answer.context["faults"]}


def test_a_dry_run_shows_the_state_and_keeps_no_record(laochen, house, text):
    first = laochen.post(f"{HERE}/try", data={"text": text, "seed": 3, "say": "附近有灯和插座吗？"})
    second = laochen.post(f"{HERE}/try", data={"text": text, "seed": 3, "said": ["附近有灯和插座吗？"], "say": "我现在派师傅，20 分钟内到。"})

    assert first.context["state"].told and len(second.context["state"].turns) == 2
    assert second.context["state"].turns[:1] == first.context["state"].turns
    with reading(house.engine) as session:
        assert session.exec(select(DrillRun)).all() == []
