"""The real server with people sitting papers: for killing it, for many hands at once, and for timing."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import httpx

from quiz import attempts
from quiz.papers import Paper
from quiz.questions import KEYED, load_questions
from server import clock, migrate
from server.accounts import sessions
from server.accounts.tables import Team
from server.database import open_engine, reading, writing
from server.people import add_person
from server.settings import Settings


@dataclass
class Sitting:
    """One person and their paper of `size` written questions; numbers are what was sent and what was acknowledged."""

    name: str
    token: str
    attempt_id: int
    size: int
    sent: dict[int, int] = field(default_factory=dict)
    kept: dict[int, int] = field(default_factory=dict)


class Server:
    """`kefu serve` as its own process on one port, so that it can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.folder, self.address, self.process = folder, f"http://127.0.0.1:{self.port}", None

    def start(self) -> None:
        place = {"KEFU_DATA": str(self.folder), "KEFU_PORT": str(self.port), "KEFU_LOG_LEVEL": "error"}
        self.process = subprocess.Popen([sys.executable, "-m", "server.cli", "serve"], env=os.environ | place,
                                        stdout=subprocess.DEVNULL)  # fmt: skip
        for _ in range(1200):
            try:
                if httpx.get(f"{self.address}/healthz", timeout=2).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
        raise TimeoutError("the server did not come up")

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)


def seated(folder: Path, people: int, size: int) -> list[Sitting]:
    """A fresh database with people who have each opened a paper of written questions."""
    engine = open_engine(Settings(data=folder).database)
    migrate.upgrade(engine)
    questions = [q for q in load_questions()[0].values() if q.type in KEYED][:size]
    found = []
    with writing(engine) as session:
        session.add(Team(id=1, name="一班"))
        session.flush()
        for number in range(people):
            person = add_person(
                session, f"p{number:03d}", f"学员{number}", "trainee", clock.now() - timedelta(days=9), 1
            )
            paper = Paper("考", tuple(questions), 60)
            attempt = attempts.open_attempt(session, person.id, "exam", paper, number, clock.now())
            found.append(
                Sitting(person.login, sessions.sign_in_known(session, person, clock.now()), attempt.id, size)
            )
    engine.dispose()
    return found


def browser(server: Server, sitting: Sitting) -> httpx.Client:
    return httpx.Client(base_url=server.address, cookies={"kefu_session": sitting.token}, timeout=30,
                        headers={"Sec-Fetch-Site": "same-origin"})  # fmt: skip


def keep_saving(server: Server, sitting: Sitting, stop: threading.Event) -> None:
    """Save one numbered answer after another until told to stop or the server is gone."""
    number = max(sitting.sent.values(), default=0)
    with browser(server, sitting) as client:
        while not stop.is_set():
            number += 1
            place = number % sitting.size
            sitting.sent[place] = number
            try:
                answer = client.post(
                    f"/quiz/{sitting.attempt_id}/save/{place}", data={f"a{place}": str(number)}
                )
            except httpx.TransportError:
                return
            if answer.status_code == 200 and answer.json()["saved"]:
                sitting.kept[place] = number


def lost(folder: Path, sittings: list[Sitting]) -> list[tuple[str, int, int, object]]:
    """Acknowledged answers that the database does not hold, unless a later one of the same person took their place."""
    engine, found = open_engine(Settings(data=folder).database), []
    with reading(engine) as session:
        for sitting in sittings:
            rows = attempts.answers_of(session, sitting.attempt_id)
            for place, number in sitting.kept.items():
                held = int(rows[place].answer["value"]) if place in rows else -1
                if not number <= held <= sitting.sent[place]:
                    found.append((sitting.name, place, number, held))
    engine.dispose()
    return found


def killed_while_saving(server: Server, sittings: list[Sitting], seconds: float) -> int:
    """Let everybody save, kill the server after that time, and return how many saves were acknowledged meanwhile."""
    before = sum(sum(s.kept.values()) for s in sittings)
    stop = threading.Event()
    hands = [threading.Thread(target=keep_saving, args=(server, s, stop)) for s in sittings]
    server.start()
    for hand in hands:
        hand.start()
    time.sleep(seconds)
    server.kill()
    stop.set()
    for hand in hands:
        hand.join(40)
    return sum(sum(s.kept.values()) for s in sittings) - before
