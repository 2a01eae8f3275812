"""What is wrong with the handbook as a whole: links, law, coverage, repetition, personal data."""

import re
from collections import Counter
from collections.abc import Iterator

from kb import taxonomy
from kb.articles import Article, Library, Problem
from kb.citations import citations
from kb.citations import problem as citation_problem
from kb.masking import mask

# Statements the law does not support, each with what is right; found by wording, outside 不要说 and 错误应对.
TRAPS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"诉讼时效(?:期间)?(?:为|是)?(?:二|两|2)\s?年"), "诉讼时效是三年，《民法典》第一百八十八条"),
    (
        re.compile(r"物业(?:服务)?(?:企业)?资质(?:证书|等级)(?!.{0,12}(?:取消|废止|不再))"),
        "物业服务企业资质已取消，改为信用监管",
    ),
    (
        re.compile(r"《(?:物权法|合同法|侵权责任法|噪声污染防治法)》第(?!.{0,40}(?:废止|旧|原|不再))"),
        "引用了已废止的法律",
    ),
)
QUOTED_WRONG = ("不要说", "错误应对", "忌讳", "业主原话", "容易出错", "复盘")
VAGUE = re.compile(r"尽快|第一时间|稍后|过段时间|有空(?:就|再)")
NEAR = 0.82


def check(library: Library) -> list[Problem]:
    """Every problem of the loaded library, with those found while loading first."""
    articles = library.articles.values()
    found = list(library.problems)
    for article in articles:
        found += [
            Problem(article.path, where, message) for where, message in article_faults(article, library)
        ]
    found += repeated_questions(library)
    found += near_duplicates(library)
    return found


def article_faults(article: Article, library: Library) -> Iterator[tuple[str, str]]:
    for link in article.links:
        if link not in library.articles:
            yield "links", f"没有“{link}”这一篇，请改正或删掉"
    for text in article.basis:
        yield from (("basis", p) for c in citations(text) if (p := citation_problem(c)))
    for heading in article.headings:
        where = f"## {heading.name}"
        yield from ((where, p) for c in citations(heading.text) if (p := citation_problem(c)))
        if heading.name in QUOTED_WRONG:
            continue
        yield from ((where, f"“{m[0]}”：{right}") for trap, right in TRAPS if (m := trap.search(heading.text)))
        if heading.name == "可以这样说" and (vague := VAGUE.search(heading.text)):
            yield where, f"“{vague[0]}”没有时限，请写几点前、几分钟内"
        if personal := [
            s for s in mask(heading.text).spans if s.kind in ("phone", "id", "bank", "plate", "email")
        ]:
            yield (
                where,
                f"像是真实的个人信息：“{heading.text[personal[0].start : personal[0].end]}”，请改成虚构写法",
            )


def repeated_questions(library: Library) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for article in library.articles.values():
        for question in article.questions:
            key = re.sub(r"\W", "", question)
            if key in seen and seen[key] != article.path:
                yield Problem(article.path, "questions", f"“{question}”已经写在 {seen[key]}")
            seen.setdefault(key, article.path)


def near_duplicates(library: Library) -> Iterator[Problem]:
    """Pairs of articles of one kind whose five-character shingles overlap by more than NEAR (Jaccard)."""
    groups: dict[tuple[str, str], list[tuple[Article, set[str]]]] = {}
    for article in library.articles.values():
        text = re.sub(r"\W", "", "".join(h.text for h in article.headings))
        grams = {text[i : i + 5] for i in range(len(text) - 4)}
        for other, theirs in groups.setdefault((article.kind, article.chapter), []):
            if grams and len(grams & theirs) / len(grams | theirs) > NEAR:
                yield Problem(article.path, "正文", f"与 {other.path} 几乎一样，请合并或写出差别")
        groups[article.kind, article.chapter].append((article, grams))


def coverage(library: Library) -> list[Problem]:
    """Sections without an article and intents without a script or an answer."""
    sections = Counter(a.section for a in library.articles.values())
    found = [Problem("手册", s, "本节还没有内容") for s in taxonomy.SECTIONS if not sections[s]]
    for intent, label in taxonomy.INTENTS.items():
        kinds = {a.kind for a in library.of_intent(intent)}
        if not kinds & {"script", "etiquette", "guide"}:
            found.append(Problem("手册", intent, f"“{label}”还没有话术或指南"))
        if "faq" not in kinds:
            found.append(Problem("手册", intent, f"“{label}”还没有问答"))
    return found
