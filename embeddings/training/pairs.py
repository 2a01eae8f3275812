"""Reading training pairs: general text by source, domain pairs with the group they belong to."""

import gzip
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

# Sources whose licence lets their weights be shipped; the others of the same file are left out.
SOURCES = ("law_ict", "cow_syn", "tatoeba", "pawsx", "crosswoz")
MAX_CHARS = 256


@dataclass(frozen=True)
class Pairs:
    """Pairs of one source; two rows of one group are never each other's negatives."""

    name: str
    queries: tuple[str, ...]
    positives: tuple[str, ...]
    groups: tuple[str, ...]


def read(path: Path) -> Iterator[dict]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        for line in file:
            if line.strip():
                yield json.loads(line)


def load(general: Path | None, domain: Sequence[Path]) -> list[Pairs]:
    rows: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for row in read(general) if general else ():
        if row["source"] in SOURCES:
            rows[row["source"]].append((row["query"][:MAX_CHARS], row["positive"][:MAX_CHARS], ""))
    for path in domain:
        for row in read(path):
            source = f"domain:{row.get('source', path.stem)}"
            rows[source].append((row["query"][:MAX_CHARS], row["positive"][:MAX_CHARS], row.get("group", "")))
    return [
        Pairs(name, *(tuple(c) for c in zip(*found, strict=True))) for name, found in sorted(rows.items())
    ]
