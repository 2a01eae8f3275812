"""A paper survives the death of the server and many hands at once; the hundred kills are `tests.bench.sitting`."""

import random
import shutil
from concurrent.futures import ThreadPoolExecutor

from sqlmodel import select

from quiz.tables import Attempt, AttemptAnswer, ReviewCard
from quiz.training.tables import EvidenceRow
from server.database import open_engine, reading
from server.settings import Settings
from tests.sittings import Server, browser, killed_while_saving, lost, seated


def test_no_acknowledged_answer_is_lost_when_the_server_is_killed(rooms, tmp_path):
    shutil.copytree(rooms.settings.index_folder, tmp_path / "index")
    sittings, server, chance = seated(tmp_path, 3, 6), Server(tmp_path), random.Random(7)
    for _ in range(3):
        assert killed_while_saving(server, sittings, chance.uniform(0.5, 1.2)) > 0
        assert [] == lost(tmp_path, sittings)


def test_fifty_submits_at_once_give_one_result(rooms, tmp_path):
    shutil.copytree(rooms.settings.index_folder, tmp_path / "index")
    (sitting,), server = seated(tmp_path, 1, 6), Server(tmp_path)
    server.start()
    try:

        def submit(number: int) -> int:
            with browser(server, sitting) as client:
                return client.post(
                    f"/quiz/{sitting.attempt_id}/submit", data={"request_key": f"key-{number}"}
                ).status_code

        with ThreadPoolExecutor(50) as crowd:
            codes = list(crowd.map(submit, range(50)))
    finally:
        server.stop()

    assert {303} == set(codes)
    with reading(open_engine(Settings(data=tmp_path).database)) as session:
        attempt = session.exec(select(Attempt)).one()
        evidence = session.exec(select(EvidenceRow)).all()
        assert (0.0, 6) == (attempt.score, len(session.exec(select(AttemptAnswer)).all()))
        assert len({r.section for r in evidence}) == len(evidence)
        assert 6 == len(session.exec(select(ReviewCard)).all())
