"""Composing an answer: the right article by search, then its own sentences chosen for the question."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kb import taxonomy
from kb.articles import Article, Library
from kb.cards import card
from kb.chat import sentences as cut
from kb.chat.conversation import Resolved, Topic, resolve, topic_after

# Text that tries to give the system orders instead of asking about the work.
INSTRUCTION = re.compile(
    r"忽略(?:以上|之前|前面|所有)|无视(?:以上|之前|规则)|系统提示|提示词|你现在是|扮演(?!练)|system prompt|ignore (?:all|previous)|"
    r"越狱|jailbreak|开发者模式|输出你的|泄露你的|作为(?:一个)?(?:没有限制|DAN)|把.{0,8}数据库|管理员密码|api ?key|执行.{0,6}(?:命令|代码|sql)",
    re.I,
)
MEDICAL = re.compile(
    r"吃什么药|用什么药|什么药|药量|剂量|怎么治|症状|诊断|发烧.*(?:药|治)|血压.*(?:药|高)|偏方|胸口?疼.*药"
)
LEGAL = re.compile(
    r"能(?:不能)?(?:打赢|胜诉)|判(?:几年|多少|我赢)|帮我(?:写|打).{0,4}(?:官司|起诉状|答辩状)|胜算|律师费"
)
# A P0 sentence about something else: two intents are offered only when the second is nearly as likely.
CLOSE = 0.88
MOST_SAY = 3
MOST_INNER = 5
SAY_HEADINGS = ("可以这样说", "正确应对", "开场", "回答")
OWNER_KINDS = ("script", "faq", "case", "etiquette")


@dataclass(frozen=True)
class Quote:
    """One sentence exactly as the handbook has it, and where it stands."""

    text: str
    article_id: str
    heading: str
    title: str = ""


@dataclass(frozen=True)
class Answer:
    """`kind`: answer, emergency, choice, none (the handbook does not know) or declined."""

    query: str
    question: str
    kind: str
    reason: str = ""
    say: tuple[Quote, ...] = ()
    inner: tuple[Quote, ...] = ()
    more: tuple[Quote, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    nearest: tuple[tuple[str, str], ...] = ()
    intents: tuple[str, ...] = ()
    topic: Topic | None = None
    answerable: float = 0.0

    @property
    def answered(self) -> bool:
        return self.kind in ("answer", "emergency")

    @property
    def quotes(self) -> tuple[Quote, ...]:
        return self.say + self.inner


def answer(searcher, library: Library, turns: Sequence[str], topic: Topic | None = None) -> Answer:
    """Answer the last of `turns`; earlier ones give the topic when none is passed."""
    for turn in turns[:-1]:
        topic = answer_turn(searcher, library, turn, topic).topic or topic
    return answer_turn(searcher, library, turns[-1], topic)


def answer_turn(searcher, library: Library, turn: str, topic: Topic | None) -> Answer:
    if declined := decline(turn):
        return Answer(turn, turn, "declined", declined, topic=topic)
    resolved = resolve(turn, topic)
    if resolved.same_article and topic and topic.article_id in library.articles:
        article = library.articles[topic.article_id]
        return compose(turn, resolved, library, [article], "answer", 1.0)
    result = searcher.search(resolved.question, 8)
    alone = searcher.search(turn, 8) if resolved.follow_up and len(turn) > 8 else None
    if alone and not alone.abstained and alone.answerable > result.answerable + 0.15:
        result, resolved = alone, Resolved(turn, False, resolved.owner_type)
    if result.emergency:
        articles = emergency_articles(library, result.emergency) or [
            library.articles[h.id] for h in result.hits
        ]
        return compose(turn, resolved, library, articles, "emergency", result.answerable)
    nearest = tuple((h.id, h.title) for h in result.hits[:3])
    if result.abstained or not result.hits:
        reason = "手册里没有能回答这个问题的内容,为避免说错,这里不作答。"
        return Answer(turn, resolved.question, "none", reason, nearest=nearest, topic=topic,
                      answerable=result.answerable)  # fmt: skip
    if choices := close_choices(result, resolved):
        return Answer(turn, resolved.question, "choice", "您问的是哪一种?", choices=choices, nearest=nearest,
                      intents=tuple(i for i, _ in choices), topic=topic, answerable=result.answerable)  # fmt: skip
    hits = keep_topic(result.hits, topic if resolved.follow_up else None)
    return compose(
        turn, resolved, library, [library.articles[h.id] for h in hits], "answer", result.answerable
    )


def decline(turn: str) -> str:
    """Why a turn is not answered at all, or an empty string."""
    if INSTRUCTION.search(turn):
        return "这里只回答物业客服手册里的问题,不接受改变规则或读取系统信息的要求。"
    if MEDICAL.search(turn):
        return "用药和诊断不能由客服判断。有人不舒服请先打 120,现场按“急病”卡处置。"
    if LEGAL.search(turn):
        return "个案能不能赢、怎么判,手册不作判断。请转公司法务,业主可咨询 12348 公共法律服务热线。"
    return ""


def emergency_articles(library: Library, intent: str) -> list[Article]:
    scripts = [a for a in library.of_intent(intent) if a.kind == "script" and a.intent == intent]
    return sorted(scripts, key=lambda a: ("emergency" not in a.channels, a.id))[:1]


def close_choices(result, resolved: Resolved) -> tuple[tuple[str, str], ...]:
    """Two or three intents when a short question fits them about equally well."""
    if len(resolved.question) > 6 or resolved.follow_up:
        return ()
    best: dict[str, float] = {}
    for hit in result.hits:
        best.setdefault(hit.intents[0], hit.score)
    top = max(best.values())
    close = [(i, taxonomy.INTENTS[i]) for i, score in best.items() if top > 0 and score >= CLOSE * top]
    return tuple(close[:3]) if len(close) > 1 else ()


def keep_topic(hits, topic: Topic | None):
    """For a follow-up, articles of the topic's intent come first when one is among the best."""
    if topic is None:
        return hits
    return sorted(hits[:5], key=lambda h: topic.intent not in h.intents) or hits


def compose(turn: str, resolved: Resolved, library: Library, articles: Sequence[Article], kind: str,
            answerable: float) -> Answer:  # fmt: skip
    article = articles[0]
    question = turn if resolved.follow_up else resolved.question
    headings = cut.wanted_headings(question)
    say = said_first(article, question, resolved.owner_type, headings)
    inner = told_staff(article, articles[1:3], question, headings, {q.text for q in say})
    more = tuple(
        Quote(s, article.id, h.name, article.title)
        for h in article.headings for s in cut.sentences(h.text)
        if s not in {q.text for q in say + inner}
    )  # fmt: skip
    topic = topic_after(resolved.question, article.intent, article.id, resolved.owner_type)
    return Answer(turn, resolved.question, kind, say=say, inner=inner, more=more, intents=article.intents,
                  topic=topic, answerable=answerable)  # fmt: skip


def said_first(
    article: Article, question: str, owner_type: str, headings: tuple[str, ...]
) -> tuple[Quote, ...]:
    """What may be said to the owner: the sentence that holds the answer first, then the lines in order."""
    shown = card(article)
    lines = (
        [line.text for line in shown.lines]
        if shown.lines
        else cut.sentences(article.heading(shown.say_heading))
    )
    lines = [cut.plain(x) for x in lines]
    quotes = [Quote(t, article.id, shown.say_heading, article.title) for t in lines]
    if article.kind == "faq" and cut.asked_for(question):
        best = cut.best_sentences(article, question, ("回答",), 1)
        first = [Quote(s, article.id, h, article.title) for h, s in best]
        quotes = first + [q for q in quotes if q.text not in {f.text for f in first}]
    if owner_type in article.variants:
        quotes = [Quote(article.variants[owner_type], article.id, "variants", article.title), *quotes[1:]]
    return tuple(quotes[: MOST_SAY + (article.urgency == "P0") * 5])


def told_staff(article: Article, others: Sequence[Article], question: str, headings: tuple[str, ...],
               said: set[str]) -> tuple[Quote, ...]:  # fmt: skip
    """What only staff need: the asked-for heading first, then check, never, escalate, basis."""
    found: list[Quote] = []

    def add(source: Article, names: tuple[str, ...], most: int) -> None:
        for heading, sentence in cut.best_sentences(source, question, names, most):
            if sentence not in said and sentence not in {q.text for q in found}:
                found.append(Quote(sentence, source.id, heading, source.title))

    all_names = tuple(h.name for h in article.headings if h.name not in SAY_HEADINGS and h.name != "业主原话")
    if headings:
        add(article, headings, 4)
    elif cut.asked_for(question):
        add(article, all_names, 2)
        for other in others:
            if other.intent == article.intent:
                add(
                    other,
                    tuple(h.name for h in other.headings if h.name not in ("不要说", "错误应对", "业主原话")),
                    1,
                )
    for names in (("先核实",), ("不要说",), ("升级路径", "升级"), ("依据",)):
        if len(found) < MOST_INNER:
            text = next((article.heading(n) for n in names if article.heading(n)), "")
            for sentence in cut.sentences(text)[:1]:
                if sentence not in said and sentence not in {q.text for q in found}:
                    name = next(n for n in names if article.heading(n))
                    found.append(Quote(sentence, article.id, name, article.title))
    return tuple(found[: MOST_INNER + 2])
