"""What stands around a match in an utterance: its clause, its sentence, negation, quotation."""

import re
from functools import lru_cache

NEGATION = re.compile(
    r"(?:不能|不会|不可以|不可|不该|不应该?|不许|不准|不得|不要|不用|不是(?!您|你)|不敢|不必|没有|没法|无法|从不|绝不|决不|并非|并不|"
    r"切勿|千万别|千万不|请勿|勿|禁止|严禁|避免|别|不|没|甭|哪能|怎么能|岂能|不方便|不便)[^，。！？；,]{0,8}$"
)
DOUBLE = re.compile(
    r"(?:不会不|不是不|没有不|不能不|不得不|并不是不|绝不会不|不可能不|哪能不|怎么会不|不是没)[^，。！？；,]{0,8}$"
)
QUOTES = re.compile(r"[“\"「『‘][^”\"」』’]{1,60}[”\"」』’]")
REPORTED = re.compile(
    r"(?:这种话|这样的话|这话|的说法|这么说|的话).{0,6}(?:不对|不该|不能|错|不妥|不合适|不会|道歉|收回|抱歉|没有依据|不成立)"
)
SAID_BY_OTHER = re.compile(
    r"(?:同事|师傅|保安|他|她|有人|之前|上次|前台|您说的?|您刚才说|网上说|听说|业主说|对方).{0,8}(?:说|讲|回您|答复|提到)(?:的|过|是)?[^，。！？]{0,4}$"
)


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """Letters and digits in half width; every character keeps its place, so that evidence is the speaker's own words."""
    return "".join(
        chr(ord(c) - 0xFEE0) if "０" <= c <= "ｚ" and chr(ord(c) - 0xFEE0).isalnum() else c for c in text
    )


def sentence_around(text: str, start: int, end: int) -> str:
    left = max(text.rfind(mark, 0, start) for mark in "。！？!?；;\n") + 1
    rights = [p for p in (text.find(mark, end) for mark in "。！？!?；;\n") if p >= 0]
    return text[left : min(rights) + 1 if rights else len(text)].strip()


def clause_around(text: str, start: int, end: int) -> str:
    left = max(text.rfind(mark, 0, start) for mark in "，。！？,!?；;\n") + 1
    rights = [p for p in (text.find(mark, end) for mark in "，。！？,!?；;\n") if p >= 0]
    return text[left : min(rights) if rights else len(text)].strip()


def negated(text: str, start: int) -> bool:
    """Whether what begins at `start` is denied within its clause; a double negation is none."""
    before = text[max(0, start - 16) : start]
    if DOUBLE.search(before):
        return False
    return bool(NEGATION.search(before))


def quoted(text: str, start: int, end: int) -> bool:
    """Whether the words are somebody else's: in quotation marks that are then denied, or reported speech."""
    inside = any(m.start() < start and end <= m.end() for m in QUOTES.finditer(text))
    sentence = sentence_around(text, start, end)
    if inside:
        return True
    return bool(REPORTED.search(sentence)) or bool(SAID_BY_OTHER.search(text[max(0, start - 20) : start]))
