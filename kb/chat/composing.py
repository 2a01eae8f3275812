"""Putting an answer together from the sentences of an article: what answers, what to say, what only staff need."""

from collections.abc import Iterable, Sequence

from kb.articles import Article
from kb.cards import card
from kb.chat import sentences as cut
from kb.chat.evidence import Asking, Match
from kb.chat.ranking import GROUND, WRONG, Candidate, best_first
from kb.chat.values import Quote

# Lines of a script, and sentences of an answer: half of all answers have no more than that.
MOST_SAY, MOST_OF_ANSWER = 4, 6
MOST_SAY_IN_AN_EMERGENCY = 8
MOST_INNER = 5
# Kinds whose main heading holds what may be said to an owner.
SPOKEN = ("script", "faq", "case", "etiquette")
# Forms of question that one sentence answers.
POINTED = {"how-long", "how-much", "who"}
ALWAYS_TOLD = (("先核实",), ("不要说",), ("升级路径", "升级"), ("依据",))
MORE = 12


def compose(
    question: Asking, first: Candidate, others: Sequence[Candidate], owner_type: str
) -> tuple[tuple[Quote, ...], tuple[Quote, ...], tuple[Quote, ...]]:
    """(say, inner, more): what may be said, what only staff need, and further sentences of the article."""
    article, ranked = first.article, best_first(question, first.match)
    say = said(article, question, ranked, owner_type)
    inner = told(article, question, ranked, others, {q.text for q in say}, not say)
    shown = {q.text for q in say + inner}
    more = [Quote(s, article.id, name, article.title) for name, s in first.match.parts.rows if s not in shown]
    return say, inner, tuple(more[:MORE])


def said(article: Article, question: Asking, ranked: Sequence[tuple[str, str]], owner_type: str) -> tuple[Quote, ...]:  # fmt: skip
    """The lines for the owner: in order, the one that answers first; rules and forms have none."""
    if article.kind not in SPOKEN:
        return ()
    shown = card(article)
    lines = [cut.plain(line.text) for line in shown.lines] or cut.sentences(
        article.heading(shown.say_heading)
    )
    if article.urgency == "P0" and article.kind == "script":
        return quoted(article, shown.say_heading, lines[:MOST_SAY_IN_AN_EMERGENCY])
    if owner_type in article.variants:
        opening = Quote(article.variants[owner_type], article.id, "variants", article.title)
        return (opening, *quoted(article, shown.say_heading, lines[1:MOST_SAY]))
    return quoted(article, shown.say_heading, chosen(article, question, lines, ranked))


def chosen(article: Article, question: Asking, lines: Sequence[str], ranked: Sequence[tuple[str, str]]) -> list[str]:  # fmt: skip
    """The lines shown: the best one first, then the next best in the order of the article."""
    place = {text: at for at, (_, text) in enumerate(ranked)}
    worth = sorted(range(len(lines)), key=lambda i: min((at for t, at in place.items() if t in lines[i]), default=len(place)))  # fmt: skip
    if article.kind == "faq":
        kept = worth[:MOST_OF_ANSWER]
    elif question.forms:
        kept = [worth[0], *[i for i in range(len(lines)) if i != worth[0]][: MOST_SAY - 1]] if lines else []
    else:
        kept = list(range(min(MOST_SAY, len(lines))))
    return [lines[i] for i in (kept[:1] + sorted(kept[1:]))]


def quoted(article: Article, heading: str, texts: Iterable[str]) -> tuple[Quote, ...]:
    return tuple(Quote(t, article.id, heading, article.title) for t in texts)


def told(article: Article, question: Asking, ranked: Sequence[tuple[str, str]], others: Sequence[Candidate],
         seen: set[str], alone: bool) -> tuple[Quote, ...]:  # fmt: skip
    """What only staff need: the asked-for heading or the best sentences, then check, never, escalate, basis."""
    found: list[Quote] = []

    def add(source: Article, rows: Iterable[tuple[str, str]], most: int) -> None:
        for heading, text in rows:
            if most > 0 and not any(text in s or s in text for s in seen):
                found.append(Quote(text, source.id, heading, source.title))
                seen.add(text)
                most -= 1

    wanted = cut.wanted_headings(question.text)
    add(article, [row for row in ranked if row[0] in wanted], 3)
    add(article, [row for row in ranked if row[0] not in WRONG | GROUND], 4 if alone else 2)
    for other in others[:1]:
        if other.article.intent == article.intent:
            rows = best_first(question, other.match)
            add(other.article, [row for row in rows if row[0] not in WRONG | GROUND], 1)
    for names in ALWAYS_TOLD:
        if len(found) < MOST_INNER + (4 if alone else 1):
            add(article, [(n, s) for n in names for s in cut.sentences(article.heading(n))], 1)
    return tuple(found)


def leading(question: Asking, found: Match, say: Sequence[Quote], article: Article) -> tuple[Quote, ...]:
    """The sentence that holds the figure, sum or office asked for, when it is not among what may be said."""
    if not POINTED & {name for name, _ in question.forms}:
        return ()
    heading, text = next(iter(best_first(question, found)), ("", ""))
    if not text or heading in WRONG or any(text in q.text for q in say):
        return ()
    return (Quote(text, article.id, heading, article.title),)
