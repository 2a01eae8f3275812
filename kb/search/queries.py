"""A query made ready: folded, its typos and pinyin read, its synonyms added at a lower weight."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import log

from kb.search.analysis import bigrams, fold, standard, synonyms, words
from kb.search.ngrams import syllables

SYNONYM_WEIGHT = 0.45
ASCII_RUN = re.compile(r"[a-z][a-z' ]*[a-z]|[a-z]")
WORD, PAIR = re.compile(r"[一-鿿]{1,6}"), re.compile(r"[一-鿿]{2}")
MAX_READ = 200
# Longer runs of letters are no initials.
MOST_INITIALS = 12
# Initials are split into words of up to LONGEST characters; SAME of one sound and SPLITS ways to split are kept.
LONGEST, SAME, SPLITS = 5, 4, 2
# What standing side by side counts beside a word's own count, and what each further word costs; set on dev keywords.
BESIDE, EACH = 0.3, 2.0


@dataclass(frozen=True)
class Query:
    raw: str
    text: str
    words: tuple[str, ...]
    word_weights: tuple[float, ...]
    bigrams: tuple[str, ...]
    pinyin: bool = False


class Vocabulary:
    """Words of the library by sound, to read pinyin, initials and homophones back into Chinese."""

    def __init__(self, texts: Iterable[Sequence[str]], pairs: Iterable[Sequence[str]]) -> None:
        """`texts` as words, and the same texts as character pairs."""
        counts: dict[str, int] = {}
        for pattern, lists in ((WORD, texts), (PAIR, pairs)):
            for token in (t for found in lists for t in found):
                if pattern.fullmatch(token):
                    counts[token] = counts.get(token, 0) + 1
        self.fill(counts, {word: syllables(word) for word in counts})

    def saved(self) -> dict[str, list]:
        """Each word with its count and its syllables; spelling 15,000 words anew would take seconds."""
        return {word: [count, *self.spelled[word]] for word, count in self.counts.items()}

    @classmethod
    def of(cls, saved: dict[str, list]) -> "Vocabulary":
        made = cls((), ())
        made.fill({w: row[0] for w, row in saved.items()}, {w: tuple(row[1:]) for w, row in saved.items()})
        return made

    def fill(self, counts: dict[str, int], spelled_words: dict[str, tuple[str, ...]]) -> None:
        self.counts, self.spelled = counts, spelled_words
        self.by_sound: dict[str, list[str]] = {}
        self.by_initials: dict[str, list[str]] = {}
        for word in counts:
            spelled = spelled_words[word]
            self.by_sound.setdefault("".join(spelled), []).append(word)
            if len(word) >= 2:
                self.by_initials.setdefault("".join(s[0] for s in spelled if s), []).append(word)
        for table in (self.by_sound, self.by_initials):
            for found in table.values():
                found.sort(key=lambda w: -counts[w])
        self.longest = max((len(s) for s in self.by_sound), default=0)

    def read_pinyin(self, run: str) -> list[str]:
        """Chinese words for a run of ASCII letters, by the split that covers it with the fewest, commonest words."""
        run = run.replace(" ", "").replace("'", "")[:MAX_READ]
        best: list[tuple[float, list[str]] | None] = [(0.0, [])] + [None] * len(run)
        for start in range(len(run)):
            if best[start] is None:
                continue
            for end in range(start + 1, min(len(run), start + self.longest) + 1):
                found = self.by_sound.get(run[start:end])
                if not found:
                    continue
                cost = best[start][0] + 1.0 + 2.0 / (1 + self.counts[found[0]]) ** 0.5 + (len(found[0]) == 1)
                if best[end] is None or cost < best[end][0]:
                    best[end] = (cost, [*best[start][1], found[0]])
        return best[len(run)][1] if best[len(run)] else []

    def word_of_initials(self, run: str) -> str:
        """The commonest words whose initials are the run."""
        return " ".join(self.by_initials.get(run.replace(" ", ""), [])[:2])

    def read_initials(self, run: str) -> list[str]:
        """Words into whose initials the run splits, of the likeliest SPLITS ways to split it.

        Common words count, long ones more, and pairs of words that stand side by side in the library (Viterbi 1967).
        """
        run = run.replace(" ", "")
        best: list[list[tuple[float, tuple[str, ...]]]] = [[(0.0, ())], *([] for _ in run)]
        for start in range(len(run)):
            for end in range(start + 2, min(len(run), start + LONGEST) + 1):
                for word in self.by_initials.get(run[start:end], [])[:SAME]:
                    best[end] += [(cost + self.likely(before, word), (*before, word)) for cost, before in best[start]]
                best[end] = sorted(best[end], key=lambda x: -x[0])[:SAME]
        return list(dict.fromkeys(word for _, found in best[-1][:SPLITS] for word in found))

    def likely(self, before: Sequence[str], word: str) -> float:
        """How likely a word follows those before it, up to what all readings share."""
        beside = log(1 + self.counts.get(before[-1][-1] + word[0], 0)) if before else 0.0
        return log(1 + self.counts[word]) * len(word) / 2 + BESIDE * beside - EACH

    def respell(self, text: str) -> list[str]:
        """Library words that sound like a part of the text which is no library word itself."""
        found = []
        for pair in pieces(text, (2, 3, 4)):
            if pair in self.counts or not re.fullmatch(r"[一-鿿]+", pair):
                continue
            same = self.by_sound.get("".join(syllables(pair)))
            if (
                same
                and self.counts[same[0]] >= 2
                and len(same[0]) == len(pair)
                and differs_once(same[0], pair)
            ):
                found.append(same[0])
        return found


def differs_once(a: str, b: str) -> bool:
    return sum(x != y for x, y in zip(a, b, strict=True)) == 1


def prepare(raw: str, vocabulary: Vocabulary, phrase: Callable[[str], str] = lambda run: "") -> Query:
    """Read a query; pinyin is read only where it is written in ASCII letters.

    `phrase` gives the library's wordings whose initials fit a run of letters.
    """
    text = standard(fold(raw))
    text, read = read_ascii(text, vocabulary, phrase)
    respelled = vocabulary.respell(text)
    found = list(dict.fromkeys(words(text)))
    weights = [1.0] * len(found)
    for word in list(dict.fromkeys([*respelled, *(s for w in synonym_hits(text) for s in w)])):
        for part in words(word):
            if part not in found:
                found.append(part)
                weights.append(SYNONYM_WEIGHT)
    pairs = list(dict.fromkeys([*bigrams(text), *(p for w in respelled for p in bigrams(w))]))
    shown = f"{text} {' '.join(respelled)}".strip() if respelled else text
    return Query(raw, shown, tuple(found), tuple(weights), tuple(pairs), read)


def read_ascii(text: str, vocabulary: Vocabulary, phrase: Callable[[str], str]) -> tuple[str, bool]:
    """Replace runs of letters by the Chinese they spell; runs that spell nothing stay."""
    read = False

    def replace(match: re.Match[str]) -> str:
        nonlocal read
        run = match[0]
        found = "".join(vocabulary.read_pinyin(run))
        if not found and 2 <= len(run.replace(" ", "")) <= MOST_INITIALS:
            found = vocabulary.word_of_initials(run) or " ".join([*vocabulary.read_initials(run), phrase(run)]).strip()
        read = read or bool(found)
        return found or run

    return ASCII_RUN.sub(replace, text), read


def pieces(text: str, sizes: Iterable[int]) -> tuple[str, ...]:
    """Each piece of these lengths once, in the order of the text, so that a query is read the same in every process."""
    return tuple(dict.fromkeys(text[i : i + n] for n in sizes for i in range(len(text) - n + 1)))


def synonym_hits(text: str) -> list[tuple[str, ...]]:
    """For every synonym-group word in the text, the other members."""
    table = synonyms()
    return [
        table[part]
        for part in pieces(text, range(2, 9))
        if part in table
    ]
