"""python -m tests.bench.http [people]: the shipped handbook searched over HTTP, one person and many at once."""

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
from tests.sittings import Server


def main() -> None:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    with tempfile.TemporaryDirectory() as folder:
        cookie = {"kefu_session": signed_in(Path(folder))}
        server = Server(Path(folder))
        try:
            ready(server)
            print("| page | at once | p50 ms | p99 ms | a second |\n|---|---|---|---|---|")
            for count in (1, people):
                print(row("/search", server.address, cookie, count))
        finally:
            server.stop()


def signed_in(folder: Path) -> str:
    config = Settings(data=folder)
    engine = open_engine(config.database)
    migrate.upgrade(engine)
    with writing(engine) as session:
        person = add_person(session, "fangyuan", "方圆", "staff", clock.now())
        session.flush()
        return sessions.sign_in_known(session, person, clock.now())


def ready(server: Server) -> None:
    """Start and wait for the index, so that its building is not timed."""
    server.start()
    while httpx.get(f"{server.address}/readyz").status_code != 200:
        time.sleep(0.2)


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
