"""Reminders: each said once, sent as a robot takes it and as a mail, and tried again after a failure."""

import json
import socket
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from sqlmodel import select

from quiz.training.tables import Course, Employee, Makeup, Notice, TrainingRecord
from scenarios.tables import DrillAssignment
from server import clock, reminders
from server.database import reading, writing
from server.house import House


@pytest.fixture
def overdue(house):
    """小林 has a drill that is overdue and a make-up that is due tomorrow."""
    with writing(house.engine) as session:
        day = clock.today()
        session.add(Employee(person_id=1, hired=day, level_since=day, email="xiaolin@example.com"))
        session.add(DrillAssignment(person_id=1, by_id=2, scenario_id="x", due=clock.now() - timedelta(days=1), at=clock.now()))
        session.add(Makeup(person_id=1, exam="入职考", reason="不及格", due=day + timedelta(days=1)))
    return house


def with_settings(house, **values) -> House:
    return House(house.settings.model_copy(update=values), house.engine)


@pytest.fixture
def robot():
    """A WeCom or DingTalk robot: keeps what it was told."""
    told = []

    class Door(BaseHTTPRequestHandler):
        def do_POST(self):
            told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"errcode": 0}')

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/robot", told
    server.shutdown()


@pytest.fixture
def post_office():
    """A mail server of one conversation: keeps the lines it was sent."""
    door, lines = socket.create_server(("127.0.0.1", 0)), []

    def talk():
        line, _ = door.accept()
        file = line.makefile("rwb")

        def say(words):
            file.write(words + b"\r\n")
            file.flush()

        say(b"220 here")
        for raw in file:
            lines.append(raw.decode().strip())
            word = lines[-1][:4].upper()
            if word == "DATA":
                say(b"354 go")
                for more in file:
                    lines.append(more.decode().strip())
                    if more.strip() == b".":
                        break
            say(b"221 bye" if word == "QUIT" else b"250 ok")

    threading.Thread(target=talk, daemon=True).start()
    yield f"smtp://127.0.0.1:{door.getsockname()[1]}", lines
    door.close()


def test_a_reminder_is_said_once(overdue):
    assert [2, 0] == [reminders.daily(overdue), reminders.daily(overdue)]


def test_the_robot_hears_who_and_how_many_but_no_details(overdue, robot):
    address, told = robot
    reminders.daily(with_settings(overdue, webhook_url=address))

    assert [{"msgtype": "text", "text": {"content": "客服学堂提醒\n小林：演练、补考 2 项"}}] == told


def test_a_person_with_an_address_gets_one_mail(overdue, post_office):
    address, lines = post_office
    reminders.daily(with_settings(overdue, smtp_url=address))

    assert "rcpt TO:<xiaolin@example.com>" in lines
    with reading(overdue.engine) as session:
        assert all(session.exec(select(Notice.sent_at)).all())


def test_what_could_not_be_sent_is_kept_for_the_next_time(overdue):
    reminders.daily(with_settings(overdue, webhook_url="http://127.0.0.1:9/"))

    with reading(overdue.engine) as session:
        assert [None, None] == session.exec(select(Notice.sent_at)).all()


def test_a_course_that_can_be_renewed_or_has_run_out_is_said_once_each(house):
    today = clock.today()
    with writing(house.engine) as session:
        session.add(Course(id=1, title="催缴红线", sections=["ch05-s1"], goal="", valid_months=12))
        for person, days in ((1, 340), (4, 400), (3, 100)):
            session.add(TrainingRecord(person_id=person, course_id=1, hours=1, passed=True, day=today - timedelta(days=days)))
    assert [2, 0] == [reminders.daily(house), reminders.daily(house)]

    with reading(house.engine) as session:
        told = {n.person_id: n.words for n in session.exec(select(Notice).where(Notice.kind == "课程"))}
    assert [True, True] == ["可以重考了" in told[1], "已到期，要重考" in told[4]]
