"""What calls for a trainer's attention in a question's figures; nothing is concluded from a small sample."""

from collections.abc import Sequence
from dataclasses import dataclass

from quiz.analysis import Item

TOO_HARD, TOO_EASY = 0.3, 0.95
WEAK = 0.2


@dataclass(frozen=True)
class Remark:
    """A heavier remark comes first on the page; `do` says what to look at."""

    weight: int
    words: str
    do: str


def remarks(item: Item, moved: Sequence[tuple[str, str]] = ()) -> tuple[Remark, ...]:
    found = [Remark(100, "出处改过", "对照新的原文，改题或者点“核对过”")] if moved else []
    if not item.enough or item.facility is None:
        return tuple(found)
    high = item.discrimination_interval[1] if item.discrimination_interval else None
    if high is not None and high < 0:
        found.append(Remark(90, "会的人反而答错", "先查答案是不是写错了"))
    elif item.discrimination is not None and item.discrimination < 0:
        found.append(Remark(50, "区分度为负，还说不准", "看选项表，别的题答得好的人选了哪个"))
    elif high is not None and high < WEAK:
        found.append(Remark(40, "分不出会不会", "看题干有没有歧义，或者靠猜就能对"))
    lowest, highest = item.facility_interval
    if highest < TOO_HARD:
        found.append(Remark(60, "太难", "看手册讲清楚没有，题干问的是不是手册写的"))
    if lowest > TOO_EASY:
        found.append(Remark(10, "人人都会", "换一道，或者只留作练习"))
    return tuple(found)
