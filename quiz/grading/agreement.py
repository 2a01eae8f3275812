"""Whether the quantities of an answer are those of a key point."""

import re
from collections.abc import Sequence
from itertools import pairwise

from quiz.grading.coverage import content_share
from quiz.grading.quantities import Quantity, quantities


def quantities_agree(wanted: Sequence[Quantity], given: Sequence[Quantity]) -> bool:
    """Every quantity of the key is said, on the same side, and no rival of its dimension stands beside it."""
    for quantity in wanted:
        same = [g for g in given if same_size(g, quantity)]
        if not same or not any(sides_agree(quantity.side, g.side) for g in same):
            return False
    dimensions = {q.dimension for q in wanted}
    rivals = [
        g
        for g in given
        if g.dimension in dimensions
        and not any(same_size(g, q) for q in wanted)
        and g.dimension not in ("article", "number", "count")
    ]
    return not rivals


def crossed(key: str, wanted: Sequence[Quantity], said: str, given: Sequence[Quantity]) -> bool:
    """Whether two figures have changed places: 10 分钟派单 30 分钟到场 said the other way round."""
    for a, b in pairwise(wanted):
        at_a = next((g for g in given if same_size(g, a)), None)
        at_b = next((g for g in given if same_size(g, b)), None)
        if a.dimension != b.dimension or same_size(a, b) or not at_a or not at_b:
            continue
        own = [behind(key, q) for q in (a, b)]
        told = [behind(said, q) for q in (at_a, at_b)]
        kept = sum(map(content_share, own, told))
        if sum(map(content_share, own, reversed(told))) > kept:
            return True
    return False


def behind(text: str, quantity: Quantity) -> str:
    """What is said after a quantity, up to the next clause."""
    return re.split(r"[,，、。；; ]", text[quantity.end :])[0]


def same_size(a: Quantity, b: Quantity) -> bool:
    dimensions = {a.dimension, b.dimension}
    if len(dimensions) == 1:
        return abs(a.value - b.value) < 1e-6
    if dimensions in ({"number", "article"}, {"number", "count"}):
        return a.value == b.value
    days = {q.dimension: q.days for q in (a, b)}
    if None in days.values():
        return False
    # 每两小时一次 is 隔两小时; the third day is three days on.
    return abs(days[a.dimension] - days[b.dimension]) < 1e-6 and bool(dimensions & {"rate", "nth-day"})


def written_as(key: str, said: str) -> str:
    """The text with each quantity that the key has too written as the key writes it: 半小时 as 30分钟."""
    wanted = quantities(key)
    for given in reversed(quantities(said)):
        same = next((q for q in wanted if q.dimension == given.dimension and same_size(q, given)), None)
        if same:
            said = said[: given.start] + key[same.start : same.end] + said[given.end :]
    return said


def sides_agree(wanted: str, given: str) -> bool:
    return (
        wanted == given or not wanted or not given
        if "after" not in (wanted, given)
        else wanted == given or (not wanted and given != "after")
    )
