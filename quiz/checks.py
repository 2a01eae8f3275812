"""Checks over the whole bank: sources, law, coverage, and answers given away by length or position."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from kb import taxonomy
from kb.articles import Library, Problem
from kb.citations import citations
from kb.citations import problem as citation_problem
from quiz.questions import KEYED, LETTERS, Question

# The right option may be this much longer or shorter than every wrong one.
LENGTH_SLACK = 1.3
# Below this many single-choice questions of one file the spread of letters says nothing.
ENOUGH_SINGLES = 4
# Every section of the handbook is asked about at least so often.
LEAST_OF_SECTION = 8


def check_questions(questions: Mapping[str, Question], library: Library) -> list[Problem]:
    """Every fault that needs more than one question's own file to be seen."""
    found = [
        Problem(f"{q.section}.yaml", q.id, fault)
        for q in questions.values()
        for fault in one_faults(q, library)
    ]
    return [*found, *bank_faults(list(questions.values()))]


def one_faults(q: Question, library: Library) -> Iterator[str]:
    yield from cite_faults(q, library)
    for text in (q.explanation, q.basis, q.stem):
        yield from (fault for c in citations(text) if (fault := citation_problem(c)))
    yield from giveaways(q)


def cite_faults(q: Question, library: Library) -> Iterator[str]:
    if not q.cites:
        yield "没有写出处 cites"
    for article_id, heading in q.cites:
        article = library.articles.get(article_id)
        if article is None:
            yield f"出处“{article_id}”不存在"
        elif not article.heading(heading):
            yield f"“{article_id}”没有标题“{heading}”"


def giveaways(q: Question) -> Iterator[str]:
    """What lets someone answer without knowing: length, catch-all options, a key said in the stem."""
    if q.type == "single":
        right, wrong = q.options[q.answer[0]], [len(o) for i, o in enumerate(q.options) if i != q.answer[0]]
        if len(right) > LENGTH_SLACK * max(wrong) and len(right) - max(wrong) > 3:
            yield "正确选项明显最长，一眼就能看出来"
        if len(right) * LENGTH_SLACK < min(wrong) and min(wrong) - len(right) > 3:
            yield "正确选项明显最短，一眼就能看出来"
    if q.type in ("single", "multiple") and any(
        "以上" in o and ("都" in o or "均" in o) and len(o) < 9 for o in q.options
    ):
        yield "不用“以上都对”这类选项"
    if q.type in KEYED and any(len(p[0]) > 4 and p[0] in q.stem for p in q.key):
        yield "题干里已经说出了要点"


def bank_faults(questions: Sequence[Question]) -> Iterator[Problem]:
    """Faults of a section as a whole: letters or verdicts that give the answer away."""
    by_section: dict[str, list[Question]] = {}
    for q in questions:
        by_section.setdefault(q.section, []).append(q)
    for section in taxonomy.SECTIONS:
        if len(by_section.get(section, ())) < LEAST_OF_SECTION:
            yield Problem(f"{section}.yaml", "覆盖", f"这一节不到 {LEAST_OF_SECTION} 题")
    for section, found in by_section.items():
        for fault in section_faults(found):
            yield Problem(f"{section}.yaml", "分布", fault)
    for stem, ids in same_stems(questions):
        yield Problem(
            f"{ids[0].rsplit('-', 1)[0]}.yaml", ids[0], f"和 {'、'.join(ids[1:])} 题干相同：{stem[:20]}"
        )


def section_faults(questions: Sequence[Question]) -> Iterator[str]:
    singles = [q for q in questions if q.type == "single"]
    letters = Counter(LETTERS[q.answer[0]] for q in singles)
    if len(singles) >= ENOUGH_SINGLES and max(letters.values()) > len(singles) / 2:
        yield f"单选答案过多地是 {letters.most_common(1)[0][0]}"
    if len(singles) >= ENOUGH_SINGLES and longest_share(singles) > 0.5:
        yield "单选里正确项过多地是最长的一项"
    judges = [q.answer[0] for q in questions if q.type == "judge"]
    if len(judges) >= ENOUGH_SINGLES and len(set(judges)) == 1:
        yield "判断题全“对”或全“错”"
    multiples = [q for q in questions if q.type == "multiple"]
    if len(multiples) >= ENOUGH_SINGLES and len({q.answer for q in multiples}) == 1:
        yield "多选答案都一样"


def same_stems(questions: Iterable[Question]) -> Iterator[tuple[str, list[str]]]:
    by_stem: dict[str, list[str]] = {}
    for q in questions:
        by_stem.setdefault("".join(q.stem.split()), []).append(q.id)
    return ((stem, ids) for stem, ids in by_stem.items() if len(ids) > 1)


def longest_share(questions: Iterable[Question]) -> float:
    """Share of single-choice questions whose right option is longer than all others; by chance a quarter."""
    singles = [q for q in questions if q.type == "single"]
    longest = sum(
        len(q.options[q.answer[0]]) > max(len(o) for i, o in enumerate(q.options) if i != q.answer[0])
        for q in singles
    )
    return longest / len(singles) if singles else 0.0
