"""Search: the card that helps comes first, with a reason and a probability that it answers at all."""

from kb.search.index import build_index, open_index
from kb.search.results import Hit, SearchResult
from kb.search.searcher import Searcher

__all__ = ["Hit", "SearchResult", "Searcher", "build_index", "open_index"]
