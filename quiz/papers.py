"""Choosing the questions of a paper: a practice, a chapter test, a mock or make-up examination."""

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from kb import taxonomy
from quiz.questions import KEYED, Question

PRACTICE_SIZE = 10
CHAPTER_SIZE = 20
# The entry examination of the induction path: chapters and how many questions of each.
ENTRY_BLUEPRINT = {
    "ch01": 3,
    "ch02": 4,
    "ch03": 8,
    "ch04": 4,
    "ch05": 6,
    "ch06": 8,
    "ch10": 5,
    "ch16": 4,
    "ch17": 2,
    "ch18": 2,
}
FULL_BLUEPRINT = {
    c: 4 if c in ("ch03", "ch05", "ch06", "ch10") else 2 for c in taxonomy.CHAPTERS if c.startswith("ch")
}
EXAM_MINUTES = 60
# Share of easy, middling and hard questions of an examination.
DIFFICULTY_SHARE = {1: 0.4, 2: 0.4, 3: 0.2}


@dataclass(frozen=True)
class Paper:
    title: str
    questions: tuple[Question, ...]
    minutes: int | None


def practice(
    questions: Mapping[str, Question], section: str, size: int, seen: Collection[str], seed: int
) -> Paper:
    """Questions of one section, those not answered rightly before coming first."""
    pool = [q for q in questions.values() if q.section == section]
    chance = random.Random(seed)
    chance.shuffle(pool)
    pool.sort(key=lambda q: q.id in seen)
    return Paper(f"练习:{taxonomy.SECTIONS[section]}", tuple(pool[:size]), None)


def chapter_test(questions: Mapping[str, Question], chapter: str, seed: int) -> Paper:
    pool = [q for q in questions.values() if q.chapter == chapter]
    chosen = spread(pool, CHAPTER_SIZE, random.Random(seed))
    return Paper(f"章节测验:{taxonomy.CHAPTERS[chapter]}", tuple(chosen), max(10, len(chosen) * 90 // 60))


def examination(
    questions: Mapping[str, Question],
    title: str,
    blueprint: Mapping[str, int],
    seed: int,
    avoid: Collection[str] = (),
) -> Paper:
    """A paper by blueprint; `avoid` keeps a make-up examination from asking the same questions again."""
    chance, chosen = random.Random(seed), []
    for chapter, count in blueprint.items():
        pool = [q for q in questions.values() if q.chapter == chapter]
        fresh = [q for q in pool if q.id not in avoid]
        chosen += spread(fresh if len(fresh) >= count else pool, count, chance)
    chance.shuffle(chosen)
    chosen.sort(key=lambda q: q.type in KEYED)
    return Paper(title, tuple(chosen), EXAM_MINUTES)


def spread(pool: Sequence[Question], count: int, chance: random.Random) -> list[Question]:
    """`count` questions with the difficulties in their shares as far as the pool allows, types mixed."""
    chosen: list[Question] = []
    for level, share in DIFFICULTY_SHARE.items():
        some = [q for q in pool if q.difficulty == level]
        chance.shuffle(some)
        chosen += some[: round(count * share)]
    rest = [q for q in pool if q not in chosen]
    chance.shuffle(rest)
    return (chosen + rest)[:count]


def option_order(question: Question, seed: int, place: int) -> list[int]:
    """The order in which options are shown to one person: fixed by seed and place."""
    order = list(range(len(question.options) or len(question.pairs)))
    random.Random(f"{seed}:{place}").shuffle(order)
    if question.type == "ordering" and order == sorted(order) and len(order) > 1:
        order = order[1:] + order[:1]
    return order
