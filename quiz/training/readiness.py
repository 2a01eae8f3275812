"""What a person could answer today, when that fades, and what to do with the next twenty minutes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from fsrs import Card

from quiz.review import SCHEDULER
from quiz.training.rules import INDUCTION, Rules

# Below this predicted recall a chapter no longer counts as ready.
READY = 0.8
HORIZON = 90
MINUTES = {"review": 0.5, "drill": 8, "test": 5, "read": 6}


@dataclass(frozen=True)
class Readiness:
    """Mean predicted recall of one chapter and the first day on which it falls below READY."""

    recall: float
    cards: int
    fades: date | None


def readiness(cards: Iterable[tuple[str, Mapping]], now: datetime) -> dict[str, Readiness]:
    """Per chapter, from (section, FSRS state) of everything that a person has on cards."""
    chapters: dict[str, list[Card]] = {}
    for section, state in cards:
        chapters.setdefault(section.split("-")[0], []).append(Card.from_dict(dict(state)))
    return {chapter: of_cards(found, now) for chapter, found in chapters.items()}


def of_cards(cards: Sequence[Card], now: datetime) -> Readiness:
    today = mean_recall(cards, now)
    return Readiness(today, len(cards), fading_day(cards, now) if today >= READY else None)


def mean_recall(cards: Sequence[Card], at: datetime) -> float:
    return sum(SCHEDULER.get_card_retrievability(card, at) for card in cards) / len(cards)


def fading_day(cards: Sequence[Card], now: datetime) -> date | None:
    """The first day below READY; recall only falls with time, so halving the interval finds it."""
    low, high = 0, HORIZON
    if mean_recall(cards, now + timedelta(days=high)) >= READY:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        if mean_recall(cards, now + timedelta(days=middle)) >= READY:
            low = middle
        else:
            high = middle
    return (now + timedelta(days=high)).date()


@dataclass(frozen=True)
class Step:
    """Something worth doing next; `ref` is a scenario or section id."""

    kind: str
    ref: str
    minutes: float
    why: str


def next_steps(
    due: int, work: Sequence[tuple[str, datetime]], states: Mapping[str, str], best: Mapping[str, float | None],
    rules: Rules, now: datetime, budget: float = 20,
) -> list[Step]:  # fmt: skip
    """The best use of the next minutes: what fades, what is due, what was nearly passed, what is new."""
    chosen, left = [], budget
    for step in candidates(due, work, states, best, rules, now):
        if step.minutes <= left:
            chosen.append(step)
            left -= step.minutes
    return chosen


def candidates(
    due: int, work: Sequence[tuple[str, datetime]], states: Mapping[str, str], best: Mapping[str, float | None],
    rules: Rules, now: datetime,
) -> list[Step]:  # fmt: skip
    path = [s for _, _, part in INDUCTION for s in part]
    order = list(dict.fromkeys([*path, *rules.required]))
    found = [Step("review", "", max(1, min(due, 16) * MINUTES["review"]), f"{due} 张到期")] if due else []
    found += [
        Step("drill", scenario, MINUTES["drill"], "过期没交" if at < now else "快到期")
        for scenario, at in sorted(work, key=lambda w: w[1]) if at < now + timedelta(days=2)
    ]  # fmt: skip
    weak = sorted((best.get(s) or 0, s) for s in states if states[s] in ("已测", "过期"))
    found += [Step("test", s, MINUTES["test"], f"最好 {score:.0f} 分，差 {max(0, rules.section_mark - score):.0f} 分")
              for score, s in reversed(weak)]  # fmt: skip
    found += [Step("test", s, MINUTES["test"], "学过，还没测") for s in order if states.get(s) == "已学"]
    found += [
        Step("read", s, MINUTES["read"], "必修" if s in rules.required else "入职路径")
        for s in order if states.get(s, "未学") in ("未学", "在学")
    ]  # fmt: skip
    return found
