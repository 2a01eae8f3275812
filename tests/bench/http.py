"""python -m tests.bench.http [people]: the shipped handbook searched over HTTP, one person and many at once."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from server import clock, migrate
from server.accounts import sessions
from server.database import open_engine, writing
from server.people import add_person
from server.settings import Settings
from tests.bench.search import queries


def main() -> None:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    with tempfile.TemporaryDirectory() as folder:
        cookie = {"kefu_session": signed_in(Path(folder))}
        with serving(Path(folder)) as address:
            print("| page | at once | p50 ms | p99 ms | a second |\n|---|---|---|---|---|")
            for count in (1, people):
                print(row("/search", address, cookie, count))


def signed_in(folder: Path) -> str:
    config = Settings(data=folder)
    engine = open_engine(config.database)
    migrate.upgrade(engine)
    with writing(engine) as session:
        person = add_person(session, "fangyuan", "方圆", "staff", clock.now())
        session.flush()
        return sessions.sign_in_known(session, person, clock.now())


class serving:
    """The real server on a free port, up when the block is entered."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        place = {"KEFU_DATA": str(folder), "KEFU_PORT": str(self.port), "KEFU_LOG_LEVEL": "error"}
        self.process = subprocess.Popen([sys.executable, "-m", "server.cli", "serve"], env=os.environ | place)

    def __enter__(self) -> str:
        address = f"http://127.0.0.1:{self.port}"
        for _ in range(1200):
            try:
                if httpx.get(f"{address}/readyz").status_code == 200:
                    return address
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        raise TimeoutError("the server did not come up")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(10)


def row(page: str, address: str, cookie: dict[str, str], count: int) -> str:
    """Every person types all queries, one after the other."""

    def one(_: int) -> list[float]:
        took = []
        with httpx.Client(base_url=address, cookies=cookie) as browser:
            for query in queries()[: 400 if count == 1 else 60]:
                started = time.perf_counter()
                browser.get(page, params={"q": query}).raise_for_status()
                took.append((time.perf_counter() - started) * 1000)
        return took

    started = time.perf_counter()
    with ThreadPoolExecutor(count) as crowd:
        took = sorted(t for each in crowd.map(one, range(count)) for t in each)
    rate = len(took) / (time.perf_counter() - started)
    return (
        f"| {page} | {count} | {took[len(took) // 2]:.0f} | {took[int(len(took) * 0.99)]:.0f} | {rate:.0f} |"
    )


if __name__ == "__main__":
    main()
