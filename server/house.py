"""The house: every room opened once, joined here and handed to the routes."""

import contextlib
import gc
import logging
import threading
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session

from kb import reading
from kb.articles import Library, Problem
from kb.chat import read_ahead
from kb.reading import Shelf
from quiz import analysis, bank
from quiz.analysis import Sums
from quiz.questions import Question
from scenarios.judge import Judge, load_judge
from scenarios.scenario import Scenario, load_scenarios
from server import clock
from server.language_model import LanguageModel
from server.settings import Settings

log = logging.getLogger("kefu")
# Seconds between two articles that are cut into sentences ahead of the first questions.
READING_PAUSE = 0.015


@dataclass
class House:
    """The open rooms of one process; `reload_handbook` swaps library and searcher together."""

    settings: Settings
    engine: Engine
    lock: threading.RLock = field(default_factory=threading.RLock)
    shelf: Shelf = field(default_factory=dict)
    # Set when the saved index is older than the handbook that is being searched.
    stale: threading.Event = field(default_factory=threading.Event)
    bank_read: tuple | None = None
    measured: tuple | None = None

    @cached_property
    def library(self) -> Library:
        return read_library(self.settings, self.shelf)

    @cached_property
    def encoder(self):
        from embeddings import load_encoder

        return load_encoder(self.settings.encoder)

    @cached_property
    def searcher(self):
        from kb.search import open_index

        with self.lock:
            return open_index(self.library, self.encoder, self.settings.index_folder)

    @cached_property
    def scenarios(self) -> dict[str, Scenario]:
        return self.read_scenarios()[0]

    def read_scenarios(self) -> tuple[dict[str, Scenario], list[Problem]]:
        found, problems = load_scenarios()
        site = self.settings.site_content / "scenarios"
        if site.is_dir():
            more, faults = load_scenarios(site)
            found, problems = {**found, **more}, [*problems, *faults]
        return found, problems

    def reload_scenarios(self) -> None:
        """Read the scenarios again after an edit; a call that is being played takes the new text."""
        self.scenarios = self.read_scenarios()[0]

    @cached_property
    def judge(self) -> Judge:
        return load_judge()

    @property
    def questions(self) -> dict[str, Question]:
        """The bank as its files stand now: what is imported can be asked at once, in every process."""
        return self.read_bank()[0]

    def read_bank(self) -> tuple[dict[str, Question], list[Problem]]:
        content = self.settings.site_content
        now = bank.stamp(content)
        if self.bank_read is None or self.bank_read[0] != now:
            self.bank_read = (now, *bank.load_bank(content))
        return self.bank_read[1:]

    def question_sums(self, session: Session) -> dict[str, Sums]:
        """Sums of every question, computed again when a paper was handed in; a million answers take seconds."""
        now = analysis.stamp(session)
        if self.measured is None or self.measured[0] != now:
            self.measured = (now, analysis.items(session))
        return self.measured[1]

    def shipped_heading(self, article_id: str, heading: str) -> str | None:
        """What the shipped article says under a heading that the site layer may have replaced."""
        article = self.library.articles.get(article_id)
        path = reading.CONTENT / article.path if article else None
        if path is None or not path.is_file():
            return None
        before = reading.read_article(path, reading.CONTENT, "shipped", clock.today())[0]
        return before.heading(heading) if before and before.id == article_id else None

    @cached_property
    def model(self) -> LanguageModel:
        return LanguageModel(self.settings)

    def warm(self) -> None:
        """Open what the first visitor would wait for; pages that need none of it are served meanwhile."""
        try:
            self.searcher.search("楼上漏水")
        finally:
            gc.freeze()
            gc.enable()
        read_ahead(self.searcher, READING_PAUSE)

    def similar(self, a: str, b: str) -> float:
        """Cosine of two short texts, for short answers."""
        left, right = self.encoder.encode([a, b])
        return float(left @ right)

    def reload_handbook(self) -> Library:
        """Read what changed and make it searchable; readers keep the old handbook until then."""
        from kb.search import refreshed

        with self.lock:
            library = read_library(self.settings, self.shelf)
            searcher = refreshed(self.searcher, library, self.settings.index_folder)
            self.library, self.searcher = library, searcher
        self.stale.set()
        return library

    def reopen_index(self) -> None:
        """Take the saved index when it is the handbook's, so that what is learned from all articles is fresh again."""
        from kb.search import Outdated, open_saved

        with self.lock, contextlib.suppress(Outdated):
            self.searcher = open_saved(self.library, self.encoder, self.settings.index_folder)


def layers(settings: Settings) -> list[tuple[str, Path]]:
    found = [("shipped", reading.CONTENT)]
    if settings.site_content.is_dir():
        found.append(("site", settings.site_content))
    return found


def read_library(settings: Settings, shelf: Shelf) -> Library:
    library = reading.load_library(*layers(settings), today=clock.today(), shelf=shelf)
    for problem in library.problems:
        log.warning("left out: %s", problem)
    return library
