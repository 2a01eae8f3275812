"""Plays a thousand seeded drills and checks each: `python -m tests.bench.drills`."""

import time

from tests.scenarios.test_engine import check_random_drills

if __name__ == "__main__":
    started = time.perf_counter()
    check_random_drills(1000)
    print(f"1000 random drills: every one ended, no owner line twice, no fact before its trigger, replays scored alike; {time.perf_counter() - started:.0f} s")
