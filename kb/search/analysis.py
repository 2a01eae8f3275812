"""Chinese analysis: folding, words with the domain dictionary, character pairs, synonyms."""

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

from kb import taxonomy

LEXICON = Path(__file__).parent.parent / "lexicon"
TOKEN = re.compile(r"[一-鿿]+|[a-z]+|[0-9]+(?:\.[0-9]+)?")
HANZI_NUMBER = re.compile(
    r"[一二三四五六七八九十百两]{1,4}(?=分钟|小时|天|日|个月|年|周|点|层|楼|次|遍|元|块)"
)
STOP = frozenset(
    "的了吗呢吧啊呀么嘛就都也还又很太把被给让和与及或是有在到去来要想请问怎么什么怎样如何我你您他她它们这那"
)
# Words of jieba's dictionary counted fewer than thirty times are read as single characters.
COMMON = re.compile(r"^(\S+) ([3-9]\d|\d{3,}) ", re.M)
DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2}


def fold(text: str) -> str:
    """One spelling for what means the same: width, case, traditional characters, numerals."""
    text = unicodedata.normalize("NFKC", text).lower().strip()
    if not text.isascii():
        text = simplified(text)
        text = HANZI_NUMBER.sub(lambda m: str(hanzi_number(m[0])), text)
    return text


@lru_cache(maxsize=20_000)
def simplified(text: str) -> str:
    import zhconv

    return zhconv.convert(text, "zh-cn")


def hanzi_number(text: str) -> int:
    total = digit = 0
    for char in text:
        if char in "十百":
            total += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
        else:
            digit = DIGITS.get(char, 0)
    return total + digit


@cache
def tokenizer():
    """jieba on its own dictionary's commoner words and the trade's.

    Its rare words are left out and no cache file is written: that opens in a fifth of the time, and a shared temporary
    folder is no place to read a dictionary from.
    """
    import jieba

    cutter = jieba.Tokenizer()
    common = COMMON.findall(jieba.get_dict_file().read().decode())
    found = {word: int(count) for word, count in common}
    found |= dict.fromkeys(domain_words(), 2000)
    total = sum(found.values())
    for word in list(found):
        for end in range(1, len(word)):
            found.setdefault(word[:end], 0)
    cutter.FREQ, cutter.total, cutter.initialized = found, total, True
    return cutter


@cache
def domain_words() -> tuple[str, ...]:
    """Words of the trade: the dictionary, members of synonym groups, intent labels."""
    words = set(read_lines("dictionary.txt")) | set(taxonomy.INTENTS.values())
    words |= {w for group in synonym_groups() for w in group}
    return tuple(sorted(w for w in words if 2 <= len(w) <= 6 and re.fullmatch(r"[一-鿿]+", w)))


@cache
def synonym_groups() -> tuple[tuple[str, ...], ...]:
    lines = read_lines("synonyms.txt")
    return tuple(tuple(fold(w) for w in line.split("|") if w.strip()) for line in lines)


@cache
def synonyms() -> dict[str, tuple[str, ...]]:
    """Each word of at least two characters with the other members of its groups."""
    table: dict[str, set[str]] = {}
    for group in synonym_groups():
        for word in group:
            if len(word) >= 2:
                table.setdefault(word, set()).update(w for w in group if w != word)
    return {word: tuple(sorted(others)) for word, others in table.items()}


@cache
def dialect() -> tuple[re.Pattern[str], dict[str, str]]:
    """A pattern of dialect words, the longest first, and what each says in standard Chinese."""
    table = dict(line.split("\t") for line in read_lines("dialect.tsv"))
    longest_first = sorted(table, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)) or r"(?!)"), table


def standard(text: str) -> str:
    """A folded text with its dialect words said in standard Chinese."""
    pattern, table = dialect()
    return pattern.sub(lambda m: table[m[0]], text)


def read_lines(name: str) -> list[str]:
    path = LEXICON / name
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def tokens(text: str) -> list[str]:
    """Words of a folded text, particles among them."""
    found = []
    for run in TOKEN.findall(text):
        found += tokenizer().cut(run, HMM=False) if ord(run[0]) > 255 else [run]
    return found


def words(text: str) -> list[str]:
    """Words of a folded text, without the commonest particles."""
    return [w for w in tokens(text) if w not in STOP]


def bigrams(text: str) -> list[str]:
    """Character pairs of every Chinese run, single characters of runs of one, and ASCII words."""
    found: list[str] = []
    for run in TOKEN.findall(text):
        if ord(run[0]) < 256 or len(run) == 1:
            found.append(run)
        else:
            found += [run[i : i + 2] for i in range(len(run) - 1)]
    return found
