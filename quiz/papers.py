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
    return Paper(f"练习：{taxonomy.SECTIONS[section]}", tuple(pool[:size]), None)


def chapter_test(questions: Mapping[str, Question], chapter: str, seed: int) -> Paper:
    pool = [q for q in questions.values() if q.chapter == chapter]
    chosen = spread(pool, CHAPTER_SIZE, random.Random(seed))
    return Paper(f"章节测验：{taxonomy.CHAPTERS[chapter]}", tuple(chosen), test_minutes(len(chosen)))


def course_test(pool: Sequence[Question], title: str, seed: int, avoid: Collection[str] = ()) -> Paper:
    """The questions of a course, those not asked before coming first."""
    fresh = [q for q in pool if q.id not in avoid]
    chance = random.Random(seed)
    chosen = spread(fresh, CHAPTER_SIZE, chance)
    if len(chosen) < CHAPTER_SIZE:
        chosen += spread([q for q in pool if q.id in avoid], CHAPTER_SIZE - len(chosen), chance)
    return Paper(title, tuple(chosen), test_minutes(len(chosen)))


def test_minutes(count: int) -> int:
    """A minute and a half for each question, ten at least."""
    return max(10, count * 90 // 60)


def examination(
    questions: Mapping[str, Question],
    title: str,
    blueprint: Mapping[str, int],
    seed: int,
    avoid: Collection[str] = (),
    *,
    shares: Mapping[int, float] = DIFFICULTY_SHARE,
    minutes: int = EXAM_MINUTES,
) -> Paper:
    """A paper by chapter and difficulty; `avoid` keeps a make-up examination from asking the same again."""
    chance = random.Random(seed)
    pools = {c: pool_of(questions, c, n, avoid, chance) for c, n in blueprint.items() if n}
    chosen = draw(pools, {c: n for c, n in blueprint.items() if n}, shares)
    chance.shuffle(chosen)
    chosen.sort(key=lambda q: q.type in KEYED)
    return Paper(title, tuple(chosen), minutes)


def pool_of(
    questions: Mapping[str, Question], chapter: str, count: int, avoid: Collection[str], chance: random.Random
) -> list[Question]:
    """The questions of a chapter in chance order, without those to avoid where enough are left."""
    pool = [q for q in questions.values() if q.chapter == chapter]
    chance.shuffle(pool)
    fresh = [q for q in pool if q.id not in avoid]
    return fresh if len(fresh) >= count else sorted(pool, key=lambda q: q.id in avoid)


def draw(
    pools: Mapping[str, list[Question]], counts: Mapping[str, int], shares: Mapping[int, float]
) -> list[Question]:
    """As many of each chapter as wanted, and of the whole paper the shares of difficulty as far as the pools allow.

    The rarest difficulty chooses first, a question of each chapter in turn, so that no chapter is all hard.
    """
    left, total, chosen = dict(counts), sum(counts.values()), []
    for level in sorted(shares, reverse=True)[:-1]:
        wanted = round(total * shares[level])
        while wanted:
            took = [q for c in left if left[c] and (q := first(pools[c], chosen, level))][:wanted]
            if not took:
                break
            for q in took:
                left[q.chapter] -= 1
            chosen += took
            wanted -= len(took)
    for chapter, count in left.items():
        easy = [q for q in pools[chapter] if q.difficulty == min(shares)]
        rest = [q for q in [*easy, *pools[chapter]] if q not in chosen]
        chosen += list(dict.fromkeys(rest))[:count]
    return chosen


def first(pool: Sequence[Question], chosen: Collection[Question], level: int) -> Question | None:
    return next((q for q in pool if q.difficulty == level and q not in chosen), None)


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
