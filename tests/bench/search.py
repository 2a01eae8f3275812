"""python -m tests.bench.search [passages …]: speed and memory of search beside its peers, as markdown tables.

Every size runs in processes of its own, so that memory is that of one search alone; peers answer the same queries over
the same passages, and their column is the ratio of their median to ours.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from embeddings import load_encoder
from kb.articles import Library
from kb.search import Searcher, build_index, open_saved, refreshed
from tests.bench.growth import grown
from tests.bench.peers import PEERS

SIZES = (600, 5_000, 60_000)
GOLDEN = Path(__file__).parent.parent / "golden" / "search.jsonl"
WARM, MEASURED = 30, 400


def queries() -> list[str]:
    rows = [json.loads(line)["query"] for line in GOLDEN.read_text(encoding="utf-8").splitlines()]
    return rows[:: max(1, len(rows) // (WARM + MEASURED))][: WARM + MEASURED]


def timed(search: Callable[[str], object]) -> tuple[float, float]:
    """(median, 99th percentile) in milliseconds."""
    found = []
    for query in queries():
        started = time.perf_counter()
        search(query)
        found.append((time.perf_counter() - started) * 1000)
    kept = sorted(found[WARM:])
    return kept[len(kept) // 2], kept[int(len(kept) * 0.99)]


def seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def serving(library: Library, folder: Path) -> dict:
    """Open the saved index as a server does, and search."""
    started = time.perf_counter()
    searcher = open_saved(library, load_encoder(), folder)
    opened = time.perf_counter() - started
    p50, p99 = timed(lambda q: searcher.search(q, 5))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "open": opened,
        "p50": p50,
        "p99": p99,
        "memory": memory,
        "update": update(searcher, library, folder),
    }


def update(searcher: Searcher, library: Library, folder: Path) -> float:
    """Seconds until one edited article is found."""
    edited = replace(next(iter(library.articles.values())), digest="edited", title="改过的标题")
    changed = replace(library, articles={**library.articles, edited.id: edited})
    return seconds(lambda: refreshed(searcher, changed, folder).search("改过的标题"))


def step(name: str, passages: int, folder: Path) -> dict:
    """One measurement, in this process."""
    library = grown(passages)
    if name == "build":
        return {"build": seconds(lambda: build_index(library, load_encoder(), folder))}
    if name == "serve":
        return serving(library, folder)
    texts = [f"{p.article.title} {p.heading.text}" for p in library.passages()]
    started = time.perf_counter()
    search = PEERS[name](texts)
    built = time.perf_counter() - started
    p50, p99 = timed(search)
    return {"build": built, "p50": p50, "p99": p99}


def apart(name: str, passages: int, folder: Path) -> dict:
    made = subprocess.run([sys.executable, "-m", __spec__.name, "--step", name, str(passages), str(folder)],
                          check=True, capture_output=True, text=True)  # fmt: skip
    return json.loads(made.stdout.splitlines()[-1])


def report(sizes: list[int]) -> None:
    print("| passages | search | build s | open s | p50 ms | p99 ms | edit found s | memory MB | p50 ratio |")
    print("|---|---|---|---|---|---|---|---|---|")
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            built = apart("build", size, Path(folder))["build"]
            own = apart("serve", size, Path(folder))
            print(f"| {size} | kefu | {built:.1f} | {own['open']:.1f} | {own['p50']:.1f} | {own['p99']:.1f} | "
                  f"{own['update']:.2f} | {own['memory']:.0f} | 1 |", flush=True)  # fmt: skip
            for name in PEERS:
                peer = apart(name, size, Path(folder))
                print(f"| {size} | {name} | {peer['build']:.1f} | | {peer['p50']:.1f} | {peer['p99']:.1f} | | | "
                      f"{peer['p50'] / own['p50']:.2f} |", flush=True)  # fmt: skip


def main() -> None:
    if sys.argv[1:2] == ["--step"]:
        print(json.dumps(step(sys.argv[2], int(sys.argv[3]), Path(sys.argv[4]))))
    else:
        report([int(a) for a in sys.argv[1:]] or list(SIZES))


if __name__ == "__main__":
    main()
