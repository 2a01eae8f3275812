"""python -m tests.bench.sitting [kills | load] [number]: papers under SIGKILL, and pages and saves with many at once."""

import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from server.commands.console import house
from server.settings import Settings
from tests.sittings import Server, Sitting, browser, killed_while_saving, lost, seated

SAVES = 15


def main() -> None:
    what = sys.argv[1] if len(sys.argv) > 1 else "all"
    number = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    if what in ("kills", "all"):
        kills(number or 100)
    if what in ("load", "all"):
        load(number or 60)


def kills(times: int) -> None:
    """Six people save as fast as they can; the server dies at a random moment, again and again."""
    chance, acknowledged, missing = random.Random(20260101), 0, 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build_index(folder)
        sittings, server = seated(folder, 6, 12), Server(folder)
        for _ in range(times):
            before = {(s.name, p): n for s in sittings for p, n in s.kept.items()}
            killed_while_saving(server, sittings, chance.uniform(0.2, 2.0))
            acknowledged += sum(before.get((s.name, p)) != n for s in sittings for p, n in s.kept.items())
            missing += len(lost(folder, sittings))
        saves = sum(max(s.kept.values(), default=0) for s in sittings)
    print(
        f"| kills | answers checked | saves sent | lost |\n|---|---|---|---|\n| {times} | {acknowledged} | {saves} | {missing} |"
    )


def build_index(folder: Path) -> None:
    """The index is there before the clock starts, as on a machine that has run before."""
    from kb.search import open_index

    rooms = house()
    open_index(rooms.library, rooms.encoder, Settings(data=folder).index_folder)


def load(people: int) -> None:
    print("| what | at once | p50 ms | p95 ms | p99 ms | a second |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build_index(folder)
        sittings, server = seated(folder, people, 44), Server(folder)
        server.start()
        time.sleep(5)  # the house warms itself in the background
        with browser(server, sittings[0]) as client:
            client.get(
                f"/quiz/{sittings[0].attempt_id}"
            )  # templates are compiled once, by the day's first visitor
        try:
            measure("page, everybody in the same second", server, sittings, opening(0.0, 1.0))
            measure("page, each every 2–6 s", server, sittings, opening(2.0, 6.0))
            measure("save, each every 2–6 s", server, sittings, saving(2.0, 6.0))
            measure("save, each every 0.5–1.5 s", server, sittings, saving(0.5, 1.5))
            measure("save, without a pause", server, sittings, saving(0.0, 0.0))
        finally:
            server.stop()


Act = Callable[[object, Sitting, random.Random], Iterator[float]]


def opening(least: float, most: float) -> Act:
    def act(client, sitting: Sitting, chance: random.Random) -> Iterator[float]:
        for _ in range(1 if least == 0.0 else 6):
            time.sleep(chance.uniform(least, most))
            yield timed(lambda: client.get(f"/quiz/{sitting.attempt_id}"))

    return act


def saving(least: float, most: float) -> Act:
    def act(client, sitting: Sitting, chance: random.Random) -> Iterator[float]:
        for number in range(SAVES):
            time.sleep(chance.uniform(least, most))
            place = number % sitting.size
            yield timed(
                lambda p=place, n=number: client.post(
                    f"/quiz/{sitting.attempt_id}/save/{p}", data={f"a{p}": f"答 {n}"}
                )
            )

    return act


def timed(call: Callable) -> float:
    started = time.perf_counter()
    call().raise_for_status()
    return (time.perf_counter() - started) * 1000


def measure(name: str, server: Server, sittings: list[Sitting], act: Act) -> None:
    took: list[float] = []

    def one(sitting: Sitting) -> None:
        with browser(server, sitting) as client:
            client.get("/healthz")  # the connection is open, as a browser's is
            took.extend(act(client, sitting, random.Random(sitting.name)))

    hands = [threading.Thread(target=one, args=(s,)) for s in sittings]
    started = time.perf_counter()
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    rate, took = len(took) / (time.perf_counter() - started), sorted(took)
    at = [took[int(len(took) * q)] for q in (0.5, 0.95, 0.99)]
    print(f"| {name} | {len(sittings)} | {at[0]:.0f} | {at[1]:.0f} | {at[2]:.0f} | {rate:.0f} |", flush=True)


if __name__ == "__main__":
    main()
