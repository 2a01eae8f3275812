"""What a search returns."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Hit:
    """One article by its best passage; `why` holds each channel's share of the score."""

    id: str
    kind: str
    section: str
    title: str
    intents: tuple[str, ...]
    score: float
    heading: str
    text: str
    why: tuple[tuple[str, float], ...]
    matched: tuple[str, ...]


@dataclass(frozen=True)
class SearchResult:
    """`answerable` is the probability that the handbook answers the query at all.

    `emergency` names a P0 intent whose card is to be shown before all hits.
    """

    query: str
    answerable: float
    abstained: bool
    emergency: str | None
    hits: tuple[Hit, ...]
    intents: tuple[tuple[str, float], ...]
    took_ms: float
