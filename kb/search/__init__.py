"""Search: the card that helps comes first, with a reason and a probability that it answers at all."""

from kb.search.index import Outdated, build_index, open_index, open_saved
from kb.search.results import Hit, SearchResult
from kb.search.searcher import Searcher
from kb.search.updating import refreshed

__all__ = [
    "Hit",
    "Outdated",
    "SearchResult",
    "Searcher",
    "build_index",
    "open_index",
    "open_saved",
    "refreshed",
]
