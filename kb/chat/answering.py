"""Answering a turn: the right article by search and by its own sentences, or a plain word that there is none."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from kb import taxonomy
from kb.articles import Article, Library
from kb.chat.composing import compose, leading
from kb.chat.conversation import Resolved, Topic, resolve, topic_after
from kb.chat.declining import decline
from kb.chat.evidence import asking, match, parts_of
from kb.chat.ranking import Candidate, candidates
from kb.chat.sentences import QUESTION
from kb.chat.values import Answer

# A question this short may mean two things, which are offered when search gives the second at least this share.
SHORT, SECOND, THIRD = 6, 0.15, 0.04
# A bare word is offered as what several intents call by it.
WORD, NEARLY = 3, 0.3
# A bare word that so many titles and questions name is known, however little it says.
MENTIONED = 5
# So many of the best articles may answer a question about an emergency.
ABOUT = 3
UNKNOWN = "手册里没有能回答这个问题的内容，为避免说错，这里不作答。"


def answer(searcher, library: Library, turns: Sequence[str], topic: Topic | None = None) -> Answer:
    """Answer the last of `turns`; earlier ones give the topic when none is passed."""
    for turn in turns[:-1]:
        topic = answer_turn(searcher, library, turn, topic).topic or topic
    return answer_turn(searcher, library, turns[-1], topic)


def answer_turn(searcher, library: Library, turn: str, topic: Topic | None) -> Answer:
    if declined := decline(turn):
        return Answer(turn, turn, "declined", declined, topic=topic)
    alone = searcher.search(turn, 8)
    resolved = resolve(turn, topic, alone)
    if resolved.same_article and topic and topic.article_id in library.articles:
        article = spoken_to(library, library.articles[topic.article_id], resolved.owner_type)
        return put(searcher, turn, resolved, [candidate(searcher, article, turn)], "answer", 1.0)
    result = searcher.search(resolved.question, 8) if resolved.follow_up else alone
    if result.emergency:
        return in_an_emergency(searcher, library, turn, resolved, result)
    nearest = tuple((h.id, h.title) for h in result.hits[:3])
    blank = Answer(turn, resolved.question, "none", UNKNOWN, nearest=nearest, topic=topic, answerable=result.answerable)  # fmt: skip
    if choices := close_choices(searcher, result, resolved):
        return replace(
            blank,
            kind="choice",
            reason="您问的是哪一种？",
            choices=choices,
            intents=tuple(i for i, _ in choices),
        )
    if result.abstained or not result.hits:
        return blank
    found = ranked(searcher, turn, resolved, topic)
    if resolved.owner_type and not resolved.follow_up:
        article = spoken_to(library, found[0].article, resolved.owner_type)
        found = [candidate(searcher, article, turn), *found]
    return put(searcher, turn, resolved, found, "answer", result.answerable)


def ranked(searcher, turn: str, resolved: Resolved, topic: Topic | None) -> list[Candidate]:
    """Candidates for the turn; those of a follow-up are found with its topic and judged by its own words."""
    intent = topic.intent if topic and resolved.follow_up else ""
    return candidates(searcher, resolved.question, asking(searcher, resolved.words or turn), intent)


def candidate(searcher, article: Article, turn: str) -> Candidate:
    return Candidate(article, 0.0, match(asking(searcher, turn), parts_of(searcher, article)), ())


def in_an_emergency(searcher, library: Library, turn: str, resolved: Resolved, result) -> Answer:
    """The emergency's own lines; a question about it is answered first."""
    script = emergency_script(library, result.emergency)
    found = ranked(searcher, turn, resolved, None)
    if script is None:
        return put(searcher, turn, resolved, found, "emergency", result.answerable)
    lines = put(searcher, turn, resolved, [candidate(searcher, script, turn)], "emergency", result.answerable)
    asked = next((c for c in found[:ABOUT] if c.article.kind == "faq"), None)
    if asked is None or not QUESTION.search(turn):
        return lines
    about = put(searcher, turn, resolved, [asked], "emergency", result.answerable)
    return replace(lines, lead=(about.lead + about.say)[:2])


def emergency_script(library: Library, intent: str) -> Article | None:
    scripts = [a for a in library.of_intent(intent) if a.kind == "script" and a.intent == intent]
    return min(scripts, key=lambda a: ("emergency" not in a.channels, a.id), default=None)


def close_choices(searcher, result, resolved: Resolved) -> tuple[tuple[str, str], ...]:
    """Two or three intents when a short question fits them about equally well."""
    if len(resolved.question) > SHORT or resolved.follow_up:
        return ()
    counts = naming(searcher, resolved.question)
    if result.abstained and counts.total() < MENTIONED:
        return ()
    shares = [(i, share) for i, share in result.intents if i in taxonomy.INTENTS]
    if len(shares) > 1 and shares[1][1] >= SECOND:
        return tuple((i, taxonomy.INTENTS[i]) for i, share in shares[:3] if share >= THIRD)
    most = max(counts.values(), default=0)
    named = [intent for intent, n in counts.most_common(3) if n >= NEARLY * most]
    return tuple((i, taxonomy.INTENTS[i]) for i in named) if len(named) > 1 else ()


def naming(searcher, word: str) -> Counter[str]:
    """How many titles and questions of each intent name a bare word; a longer text is none."""
    if len(word) > WORD:
        return Counter()
    units, articles = searcher.index.units, searcher.index.articles
    return Counter(
        articles[number].intent
        for number, ask in zip(units.ask_article, units.asks, strict=True)
        if word in ask and number < len(articles)
    )


def spoken_to(library: Library, article: Article, owner_type: str) -> Article:
    """The article itself when it has a line for the owner type, else the nearest of its intent that has one."""
    if owner_type in article.variants:
        return article
    same = [a for a in library.of_intent(article.intent) if owner_type in a.variants]
    return min(same, key=lambda a: (a.intent != article.intent, a.kind != article.kind, a.id), default=article)  # fmt: skip


def put(searcher, turn: str, resolved: Resolved, found: Sequence[Candidate], kind: str, answerable: float) -> Answer:  # fmt: skip
    """An answer made of the first candidate, with a sentence of the second."""
    article, question = found[0].article, asking(searcher, turn)
    say, inner, more = compose(question, found[0], found[1:], resolved.owner_type)
    lead = (
        leading(question, found[0].match, say, article) if "variants" not in {q.heading for q in say} else ()
    )
    inner = tuple(q for q in inner if q not in lead)
    topic = topic_after(resolved.question, article.intent, article.id, resolved.owner_type)
    return Answer(turn, resolved.question, kind, lead=lead, say=say, inner=inner, more=more, intents=article.intents,
                  topic=topic, answerable=answerable)  # fmt: skip
