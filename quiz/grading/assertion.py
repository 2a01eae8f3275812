"""Whether one clause asserts a key point: its figures, force, actors, order and enough of its words."""

import re
from collections.abc import Callable, Sequence

from quiz.grading import meaning
from quiz.grading.agreement import crossed, quantities_agree, same_size
from quiz.grading.coverage import content, content_share
from quiz.grading.quantities import other_count, quantities

# Share of the key's content that a clause must hold; set by hand, measured by `kefu eval grade`.
ENOUGH = 0.5
RELATED = 0.4
# A key point that joins two duties wants both; of each this share of the content must be said.
PARTS = re.compile(r"[,，]|并且?(?!不)|且|后(?=[交报转送再])|(?<=[一-鿿]{2})再(?=[一-鿿]{2})")
LEAST_OF_PART = 0.3
# Things that a duty lists: 姓名、时间和用途.
LISTED = re.compile(
    r"(?:[一-鿿]{1,8}、)+[一-鿿]{1,8}?(?:和|(?<![参给])与|及|以及)[一-鿿]{1,6}|(?:[一-鿿]{1,8}、)+[一-鿿]{1,6}|[一-鿿]{2}(?:[和及加]|(?<![参给])与|以及)[一-鿿]{2}"
)
# What a duty asks for begins after its modal verb.
MODAL = re.compile(r"^.{0,24}?(?:应当|必须|不得|不能|不可以?|不准|须|应|要(?!求))")
Similar = Callable[[str, str], float]


def asserts(key: str, said: str, similar: Similar | None) -> bool:
    wanted, given = quantities(key), quantities(said)
    if wanted and (not quantities_agree(wanted, given) or crossed(key, wanted, said, given)):
        return False
    if meaning.HEDGE.search(said) and not meaning.HEDGE.search(key):
        return False
    if not meaning.force_agrees(meaning.force(key), meaning.force(near(key, said))):
        return False
    if meaning.opposite(meaning.force(key), meaning.force(nearest(key, said))):
        return False
    if meaning.excluded(key, said) or meaning.other_actor(key, said) or wrong_order(key, said):
        return False
    return covers(key, said, bool(wanted), similar)


def means_the_same(first: str, key: str, said: str) -> bool:
    """Whether the clause keeps what the first wording says and a shorter `key` leaves out: every part, who acts, before or after."""
    parts = [MODAL.sub("", part) for part in PARTS.split(first) if part]
    wordy = [p for p in parts if content(p) and not quantities(p)] if len(parts) > 1 else []
    if any(content_share(part, said) < LEAST_OF_PART for part in wordy):
        return False
    if not all(part_said(part, parts, said) for part in wordy) or not lists_all(first, key, said):
        return False
    if meaning.other_subject(first, said) or meaning.handed_to_owner(first, said):
        return False
    if meaning.too_late(first, said) or other_count(first, said):
        return False
    if meaning.other_actor(first, said) and not meaning.other_actor(first, key):
        return False
    return not meaning.excluded(first, said) or meaning.excluded(first, key)


def part_said(part: str, parts: Sequence[str], said: str) -> bool:
    """Whether something is said of what a part has for itself and shares with no other part."""
    others = {w for p in parts if p != part for w in content(p)}
    own = [w for w in content(part) if w not in others]
    telling = [
        c for c in re.split(r"[,，、 ]", said) if any(content_share(w, c) >= LEAST_OF_PART for w in own)
    ]
    spared = telling and all(meaning.force(c) == "need-not" for c in telling)
    return not own or (bool(telling) and not (spared and meaning.force(part) != "need-not"))


def lists_all(first: str, key: str, said: str) -> bool:
    """Whether every thing is named that the first wording lists and the matched one keeps."""
    found = LISTED.search(first)
    if not found:
        return True
    items = [i for i in re.split(r"、|和|与|以及|及|加", found[0]) if content(i)]
    kept = [i for i in items if content_share(i, key) > 0] or items
    return all(content_share(item, said) > 0 for item in kept)


def near(key: str, said: str) -> str:
    """The part of the clause that speaks of the key's content: what is far from it has its own force."""
    parts = [p for p in re.split(r"[,，、 ]", said) if p]
    if len(parts) < 2:
        return said
    shared = [p for p in parts if content_share(key, p) > 0.15 or quantities(p)]
    return " ".join(shared) if shared else said


def nearest(key: str, said: str) -> str:
    """The part that shares most with the key."""
    return max(re.split(r"[,，、 ]", said), key=lambda part: content_share(key, part))


def wrong_order(key: str, said: str) -> bool:
    steps = meaning.order_of(key)
    if not steps:
        return False
    told = meaning.order_of(said)
    if told:
        straight = content_share(steps[0], told[0]) + content_share(steps[1], told[1])
        crossed = content_share(steps[0], told[1]) + content_share(steps[1], told[0])
        return crossed > straight
    first, second = place(steps[0], said), place(steps[1], said)
    return first >= 0 and second >= 0 and first > second


def place(step: str, said: str) -> int:
    """Where a step is named in the text, by its first content pair found, or -1."""
    spots = [said.find(step[i : i + 2]) for i in range(len(step) - 1)]
    return min((s for s in spots if s >= 0), default=-1)


def covers(key: str, said: str, has_numbers: bool, similar: Similar | None) -> bool:
    words = content(key)
    if not words:
        return True
    if has_numbers and not set(content(said)) - {"才行", "就行", "左右"}:
        return True
    share = content_share(key, said)
    if share >= (ENOUGH - 0.1 if has_numbers else ENOUGH):
        return True
    return bool(similar) and share >= RELATED - 0.15 and similar(key, said) >= 0.62


def contradicts(key: str, clause: str, met: str) -> bool:
    """Whether another clause on the same matter says something else: another number, force or actor."""
    if clause in met and len(clause) > 0.9 * len(met):
        return False
    if content_share(key, clause) < 0.6:
        return False
    wanted, given = quantities(key), quantities(clause)
    rival = any(g.dimension == w.dimension and not same_size(g, w) for w in wanted for g in given)
    said, needed = meaning.force(clause), meaning.force(key)
    turned = not meaning.force_agrees(needed, said) and said != "may"
    return rival or turned or meaning.excluded(key, clause)
