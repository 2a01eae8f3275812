"""Whether a rewritten sentence says no more than the passages it rests on.

Each clause needs one clause of a passage with the same figures, the same promises and offices, as many negations, and
most of the same words; what cannot be matched so is not shown, even where it might be true.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

# Share of a clause's character pairs that the passage clause must hold.
ALIKE = 0.65
# A clause this short that holds nothing to check is a connecting word.
FILLER = 3
NUMERAL = "零〇一二三四五六七八九十百千两半"
UNIT = r"分钟|小时|个?工作日|个?月|[日天周年元块点期倍折条款户层次份成度人]|%"
FIGURE = re.compile(
    rf"\d+(?:[.:]\d+)*(?:{UNIT})?|[{NUMERAL}]+(?:{UNIT})|百分之[{NUMERAL}]+|[{NUMERAL}]+分之[{NUMERAL}]+"
)
LAW = re.compile(r"《[^》]*》")
LATIN = re.compile(r"[a-z]+")
NEGATION = re.compile(r"不|没|无|未|别|勿|禁|拒|免")
# What binds the company or somebody else, and who is named as doing it.
BINDING = re.compile(
    r"保证|承诺|一定|肯定|绝对|必须|应当|免费|收费|赔|全额|减免|减半|退|罚|优先|马上|立即|立刻|当场|随时|负责|答应|批准|同意|授权|可以|能够|有权"
)
OFFICE = re.compile(
    r"主管|经理|管家|工程|维保|建设单位|开发商|业委会|业主大会|居委|街道|派出所|公安|交警|住建|城管|消防|燃气公司|供电|供水|供热|法务|法院|律师|品牌|财务|前台|师傅"
)
CLAUSE = re.compile(r"[,;:。!?\n…—]+")
CITATION = re.compile(r"[\[【]\s*(\d{1,2})\s*[\]】]")
SAME = str.maketrans({"天": "日", "块": "元", "两": "二", "〇": "零"})


def supported(sentence: str, passages: Sequence[str]) -> tuple[int, ...]:
    """Numbers, from 1, of the passages that support a sentence; empty when none do.

    A sentence that cites passages is held to those; another one to the single passage that says it.
    """
    cited = tuple(dict.fromkeys(int(n) for n in CITATION.findall(sentence)))
    if any(not 0 < n <= len(passages) for n in cited):
        return ()
    clauses = [c for c in clauses_of(CITATION.sub("", sentence)) if not filler(c)]
    if not clauses:
        return ()
    if cited:
        among = [clause for n in cited for clause in clauses_of(passages[n - 1])]
        return cited if all(said(clause, among) for clause in clauses) else ()
    for number, passage in enumerate(passages, 1):
        if all(said(clause, clauses_of(passage)) for clause in clauses):
            return (number,)
    return ()


def said(clause: str, among: Sequence[str]) -> bool:
    return any(same(clause, other) for other in among)


def same(clause: str, other: str) -> bool:
    """Whether the other clause says what this one says."""
    return (
        figures(clause) <= figures(other)
        and all(
            set(kind.findall(clause)) <= set(kind.findall(other)) for kind in (LAW, LATIN, BINDING, OFFICE)
        )
        and len(NEGATION.findall(clause)) == len(NEGATION.findall(other))
        and alike(clause, other) >= ALIKE
    )


def alike(clause: str, other: str) -> float:
    pairs = [clause[i : i + 2] for i in range(len(clause) - 1)] or [clause]
    return sum(pair in other for pair in pairs) / len(pairs)


def figures(text: str) -> set[str]:
    return {f.translate(SAME).replace("个", "") for f in FIGURE.findall(text)}


def filler(clause: str) -> bool:
    return len(clause) <= FILLER and not any(
        kind.search(clause) for kind in (FIGURE, LAW, LATIN, NEGATION, BINDING, OFFICE)
    )


@lru_cache(maxsize=4096)
def clauses_of(text: str) -> tuple[str, ...]:
    return tuple(cut(text))


def cut(text: str) -> Iterator[str]:
    plain = unicodedata.normalize("NFKC", text).lower().replace("※", "").replace("*", "")
    for part in CLAUSE.split(re.sub(r"(\d):(\d)", r"\1点\2", plain)):
        clause = re.sub(r"[\s“”\"'「」()、]", "", part)
        if clause:
            yield clause
