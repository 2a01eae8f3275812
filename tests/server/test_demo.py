"""The sample team: where it is written, and drills that look like drills."""

import random
from datetime import timedelta
from pathlib import Path

from sqlmodel import select

from kb.checks import article_faults
from quiz.training.courses import run_out
from quiz.training.tables import TrainingRecord
from scenarios.scenario import load_scenarios
from scenarios.states import from_dict
from scenarios.tables import DrillRun
from server import bulletin, clock
from server.accounts.tables import Person
from server.database import reading, writing
from server.demo import folder_of, make_demo
from server.demo_courses import add_course_tests
from server.demo_drills import FILLERS, drill
from server.demo_news import EDITS, edit_handbook
from server.settings import Settings

SCENARIOS, _ = load_scenarios()


def test_the_sample_is_written_where_the_data_folder_is_set(tmp_path, monkeypatch):
    monkeypatch.delenv("KEFU_DATA", raising=False)
    (tmp_path / "kefu.db").touch()

    assert [tmp_path, Path("data/demo")] == [folder_of(Settings(data=tmp_path)), folder_of(Settings())]
    assert [f"{tmp_path} 里已有样板数据，直接启动即可。"] == list(make_demo(Settings(data=tmp_path)))


def test_every_scenario_shows_at_least_three_lines_of_ours():
    assert [] == [s.id for s in SCENARIOS.values() if len(s.model_lines) < 3]


def played(house, skill: float, times: int = 24) -> list[DrillRun]:
    chance, now = random.Random(3), clock.now()
    with writing(house.engine) as session:
        person = session.get(Person, 1)
        for _ in range(times):
            drill(session, house, person, now, chance, skill)
    with reading(house.engine) as session:
        return list(session.exec(select(DrillRun)))


def test_sample_drills_speak_of_the_scenario_that_is_played(house):
    for run in played(house, 0.6, 6):
        scenario = house.scenarios[run.scenario_id]
        ours = (*FILLERS, *(w for p in scenario.key_points for w in p.counter_examples))
        said = [t.utterance for t in from_dict(run.state).turns]

        assert all(any(line.startswith(u) for line in scenario.model_lines) or u in ours for u in said)


def test_the_skilled_pass_more_sample_drills_than_the_new_and_few_are_vetoed(house):
    runs = played(house, 0.9)
    passed = sum(r.total >= 80 for r in runs)
    worse = played(house, 0.3)[len(runs) :]

    assert sum(r.total >= 80 for r in worse) < passed < len(runs)
    assert sum(r.vetoed for r in runs + worse) < len(runs + worse) / 4


def test_the_sample_edits_of_the_handbook_pass_every_check_and_are_news(house):
    with writing(house.engine) as session:
        xiaolin = session.get(Person, 1)
        xiaolin.created = clock.now() - timedelta(weeks=5)
        edit_handbook(session, house, session.get(Person, 2), [])
        found = bulletin.news_of(session, bulletin.news_query(xiaolin))

    edited = [house.library.articles[e[0]] for e in EDITS]
    assert {a.id for a in edited} == {n.article_id for n in found if n.unread}
    assert [] == [fault for a in edited for fault in article_faults(a, house.library)]
    assert {"site"} == {a.layer for a in edited}


def test_the_sample_course_has_run_out_for_some_and_was_sat_again(house):
    with writing(house.engine) as session:
        people = [session.get(Person, i) for i in (1, 4, 3, 2)]
        add_course_tests(session, house, people, random.Random(1))
        expired = run_out(session, [p.id for p in people], clock.today())
        marks = session.exec(
            select(TrainingRecord.passed).where(TrainingRecord.attempt_id.is_not(None))
        ).all()

    assert {4, 3, 2} == set(expired)
    assert [True, False] == marks
