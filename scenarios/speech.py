"""Whether words are speech: heaped keywords and the owner's own words, given back, earn nothing."""

import re
from collections.abc import Collection

from kb.search.analysis import tokenizer

SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;\n]*")
# Words that join others into a sentence; heaped keywords have hardly any.
JOINTS = re.compile(
    r"我们?|您|你|他们?|她|的|了|着|过|吗|呢|吧|啊|把|被|给|跟|和|就|都|也|还|在|会|能|要|是|有|没|不|这|那|哪|几|什么|怎么|多|先|再|到|去|来|请|让|为|从|对|按|由|等|好|说|问|看|报|查|派|前|后|里|上|一"
)
RUN = 7
PIECE = re.compile(r"[\s、，,。；;/|]+")


def spoken(utterance: str, heard: Collection[str], said: Collection[str]) -> str:
    """The utterance without heaps, without what the owner said, and without what was said before."""
    kept = [s for s in SENTENCE.findall(utterance) if not (is_heap(s) or repeats(s, heard) or repeats(s, said))]
    return "" if is_heap(utterance) else "".join(kept)


def is_heap(text: str) -> bool:
    """Many short pieces side by side with few joining words, or a long run of words with none at all."""
    pieces = [p for p in PIECE.split(text) if p]
    letters = sum(map(len, pieces))
    share = sum(len(m) for m in JOINTS.findall(text)) / max(letters, 1)
    if len(pieces) >= 6 and letters / len(pieces) <= 4 and share < 0.3:
        return True
    return letters >= 10 and longest_run(text) >= RUN


def longest_run(text: str) -> int:
    """Most words of two characters and more that follow each other without a joining word or a stop."""
    best = run = 0
    for word in tokenizer().cut(text):
        run = run + 1 if len(word) > 1 and word.isalpha() and not JOINTS.fullmatch(word) else 0
        best = max(best, run)
    return best


def repeats(sentence: str, lines: Collection[str]) -> bool:
    """Whether nearly all of a sentence of some length stands in one of the lines."""
    mine = pairs(sentence)
    return len(mine) >= 6 and any(len(mine & pairs(line)) >= 0.8 * len(mine) for line in lines)


def pairs(text: str) -> set[str]:
    kept = "".join(c for c in text if c.isalnum())
    return {kept[i : i + 2] for i in range(len(kept) - 1)}
