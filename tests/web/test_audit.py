"""The audit trail: administrators read and filter it, and any alteration shows on the page and on the command line."""

import io
import json
from datetime import timedelta

import openpyxl
import pytest
from sqlalchemy import event, text
from sqlmodel import select
from typer.testing import CliRunner

from server import audit, cli, clock
from server.accounts.passwords import hash_password
from server.accounts.tables import Person
from server.commands import keeping
from server.database import reading, writing
from server.tables import AuditEntry


@pytest.fixture
def trail(house):
    """Four acts of two people on two days."""
    now = clock.now()
    with writing(house.engine) as session:
        audit.record(
            session, now - timedelta(days=3), "sign-in", target="xiaolin", success=False, address="10.0.0.9"
        )
        audit.record(session, now - timedelta(days=3), "sign-in", person_id=1, target="xiaolin")
        audit.record(session, now, "publish", person_id=2, target="ch05-s1-x")
        audit.record(session, now, "export", person_id=2, target="=everything")
    return house


def rows_of(client, query=""):
    return [e.id for e, *_ in client.get(f"/audit{query}").context["rows"]]


def alter(house, row=2):
    with house.engine.begin() as connection:
        connection.execute(text(f"UPDATE auditentry SET target = 'somebody else' WHERE id = {row}"))


def test_only_an_administrator_reads_the_trail(trail, sign_in):
    assert [404, 404, 200] == [
        sign_in(who).get("/audit").status_code for who in ("xiaolin", "laochen", "admin")
    ]


def test_the_trail_is_read_newest_first_by_person_act_and_day(trail, sign_in):
    admin, today = sign_in("admin"), clock.today()

    assert [4, 3, 2, 1] == rows_of(admin)
    assert [4, 3] == rows_of(admin, "?person=2")
    assert [2, 1] == rows_of(admin, "?act=sign-in")
    assert [4, 3] == rows_of(admin, f"?since={today}")
    assert [2, 1] == rows_of(admin, f"?since=&until={today - timedelta(days=1)}")
    assert [3] == rows_of(admin, f"?person=2&act=publish&until={today}")


def test_a_long_trail_has_pages(trail, sign_in):
    with writing(trail.engine) as session:
        for _ in range(60):
            audit.record(session, clock.now(), "view", person_id=2)
    admin = sign_in("admin")

    assert [50, 14] == [len(rows_of(admin, f"?at={n}")) for n in (1, 2)]
    assert "第 2 / 2 页" in admin.get("/audit?at=2").text


def test_the_page_says_that_the_chain_is_whole_until_a_row_is_altered(trail, sign_in):
    admin = sign_in("admin")
    before = admin.get("/audit").text
    alter(trail)

    assert "记录链完整，共 4 行" in before
    assert "记录链在第 2 行断了" in admin.get("/audit").text


def test_a_row_taken_out_of_the_middle_breaks_the_chain(trail):
    with trail.engine.begin() as connection:
        connection.execute(text("DELETE FROM auditentry WHERE id = 3"))

    with reading(trail.engine) as session:
        assert (2, 4) == (audit.chain(session).rows, audit.chain(session).broken_at)


def test_the_trail_is_a_sheet_without_formulas_and_taking_it_is_on_record(trail, sign_in):
    admin = sign_in("admin")
    sheet = openpyxl.load_workbook(io.BytesIO(admin.get("/audit/sheet.xlsx?person=2").content)).active

    assert [("导出", "=everything", "s"), ("发布内容", "ch05-s1-x", "s")] == [
        (r[4].value, r[5].value, r[5].data_type) for r in sheet.iter_rows(min_row=3, max_row=4)
    ]
    with reading(trail.engine) as session:
        last = session.exec(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert ("export", "audit person=2") == (last.act, last.target)


def test_the_page_costs_at_most_six_statements(trail, sign_in):
    admin, seen = sign_in("admin"), []
    event.listen(trail.engine, "before_cursor_execute", lambda c, u, t, *r: seen.append(t))
    admin.get("/audit")

    assert len([t for t in seen if t.startswith("SELECT")]) <= 6


def test_the_command_says_the_same_and_fails_at_a_break(trail, monkeypatch):
    monkeypatch.setattr(keeping, "house", lambda: trail)
    runner = CliRunner()
    whole = runner.invoke(cli.app, ["audit"])
    alter(trail)
    broken, told = runner.invoke(cli.app, ["audit"]), runner.invoke(cli.app, ["audit", "--json"])

    assert (0, 1, 1) == (whole.exit_code, broken.exit_code, told.exit_code)
    assert "记录链完整，共 4 行" in whole.output and "第 2 行断了" in broken.output
    assert 2 == json.loads(told.output)["broken_at"]


def test_every_act_that_is_recorded_has_a_name(house):
    import re
    from pathlib import Path

    from server.routes.trail import ACTS

    code = "\n".join(p.read_text(encoding="utf-8") for p in Path(audit.__file__).parent.rglob("*.py"))
    written = set(
        re.findall(r'(?:audit\.record|log_access)\(\s*\w+,\s*(?:clock\.now\(\)|now|\w+),\s*"([a-z-]+)"', code)
    )

    assert len(written) > 15
    assert set() == written - set(ACTS)


def test_a_sign_in_stands_under_the_name_of_whoever_signed_in(house, outsider, sign_in):
    with writing(house.engine) as session:
        session.get(Person, 1).password = hash_password("correct-horse-9")
    outsider.post("/sign-in", data={"login": "xiaolin", "password": "correct-horse-9"})
    outsider.post("/sign-in", data={"login": "xiaolin", "password": "wrong-one-here"})

    rows = sign_in("admin").get("/audit").context["rows"]
    assert [(None, False), ("小林", True)] == [(name, e.success) for e, _, name, _ in rows]
