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
# Of so many words of speech at least this share are of one character; the labelled utterances have 0.15 and more.
LONG, SMALL = 20, 0.1
# A sentence of fewer letters may be said by both.
SHORTEST = 4
PIECE = re.compile(r"[\s、，,。；;/|]+")


def spoken(utterance: str, heard: Collection[str], said: Collection[str]) -> str:
    """The utterance without heaps, without what the owner said, and without what was said before."""
    sentences = SENTENCE.findall(utterance)
    kept = [s for s in sentences if not (is_heap(s) or repeats(s, heard) or repeats(s, said))]
    if len(kept) < len(sentences):
        kept = [s for s in kept if not given_back(s, heard)]
    return "" if is_heap(utterance) else "".join(kept)


def is_heap(text: str) -> bool:
    """Many short pieces with few joining words, a long run of words with none, or a long text of long words only."""
    pieces = [p for p in PIECE.split(text) if p]
    size = sum(map(len, pieces))
    share = sum(len(m) for m in JOINTS.findall(text)) / max(size, 1)
    if len(pieces) >= 6 and size / len(pieces) <= 4 and share < 0.3:
        return True
    words = [w for w in tokenizer().cut(text) if w.isalpha()]
    if len(words) >= LONG and sum(len(w) == 1 for w in words) < SMALL * len(words):
        return True
    return size >= 10 and longest_run(text) >= RUN


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


def given_back(sentence: str, lines: Collection[str]) -> bool:
    """Whether a short sentence is one of the lines' own; alone it may be a fact read back, beside others it is parroting."""
    plain = letters(sentence)
    return len(plain) >= SHORTEST and any(plain in letters(line) for line in lines)


def letters(text: str) -> str:
    return "".join(c for c in text if c.isalnum())


def pairs(text: str) -> set[str]:
    kept = letters(text)
    return {kept[i : i + 2] for i in range(len(kept) - 1)}
