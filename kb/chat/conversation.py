"""What a follow-up is about: ellipsis, pronouns, another owner type or condition, resolved by rule."""

import re
from dataclasses import dataclass

from kb import taxonomy

OWNER_TYPE_WORDS = {label: name for name, label in taxonomy.OWNER_TYPES.items() if name != "ot-general"} | {
    "老板": "ot-success", "企业家": "ot-success", "公务员": "ot-official", "干部": "ot-official", "领导": "ot-official",
    "教授": "ot-expert", "学者": "ot-expert", "专家": "ot-expert", "记者": "ot-media", "媒体": "ot-media",
    "自媒体": "ot-media", "海归": "ot-returnee", "留学": "ot-returnee", "拆迁": "ot-relocated", "回迁": "ot-relocated",
    "开发商的人": "ot-realestate", "同行": "ot-realestate", "地产": "ot-realestate", "高管": "ot-manager",
    "经理人": "ot-manager", "管理层": "ot-manager",
}  # fmt: skip
# Openings and endings with which people go on about the same thing.
LEAD = re.compile(
    r"^(?:那么?|那要|哪|还有|另外|然后|接着|再|如果|要是|假如|万一|可是|但是?|不过|换成|换|他|她|它|他们|人家|对方|这|这种|这个|这事|同样|也|又|如|若|碰上|遇到|依据|法律依据)"
)
TAIL = re.compile(
    r"(?:呢|咋办|怎么办|怎么说|怎么回|可以吗|行吗|要吗|也是吗|一样吗|多久|谁|几天|多少钱|什么时候|依据|哪条)[?？。!！]*$"
)
POINTING = re.compile(
    r"他|她|它|这个|这种|这事|那个|对方|人家|上面|刚才|同样|也(?:要|能|可以|是|行|算|得)|还是|依旧|仍然|还不|还要|再不"
)
STARTER = re.compile(
    r"^(?:那么?要?|那如果|那要是|还有|另外|然后|接着|可是|但是?|不过|如果|要是|假如|万一|换成|换|遇到|碰上)[,，]?"
)
WHAT_TO_SAY = re.compile(
    r"(?:应该|该|要)?(?:怎么|咋|如何)(?:说|回|讲|回复|答|沟通|安抚)|(?:的)?话术|呢|[?？]"
)
TO_SAY = re.compile(r"(?:怎么|咋|如何)(?:跟|对|和)?.{0,6}(?:说|回|讲|答|解释|沟通|安抚)|话术")
# A longer turn says by itself what it is about.
SHORT = 16
# What the handbook answers with less probability than this belongs to no topic of it.
STRANGE = 0.1


@dataclass(frozen=True)
class Topic:
    """What a conversation is about: the last standalone question, its intent, the owner type chosen."""

    question: str
    intent: str
    article_id: str = ""
    owner_type: str = ""


@dataclass(frozen=True)
class Resolved:
    """A turn made to stand alone; `owner_type` is set when the turn names one, `words` are the turn's own."""

    question: str
    follow_up: bool
    owner_type: str = ""
    same_article: bool = False
    words: str = ""


def owner_type_in(text: str) -> str:
    found = [(text.find(word), name) for word, name in OWNER_TYPE_WORDS.items() if word in text]
    return min(found)[1] if found else ""


def is_follow_up(turn: str) -> bool:
    """Whether the turn leans on what was said before, by its form alone."""
    turn = turn.strip()
    short = len(turn) <= 14
    leans = bool(LEAD.search(turn)) + bool(TAIL.search(turn)) + bool(POINTING.search(turn))
    return (short and leans >= 1) or leans >= 2 or len(turn) <= 5


def stays(turn: str, topic: Topic, alone) -> bool:
    """Whether a short turn that leans on nothing is still about the topic, by what search makes of it alone."""
    near = {intent for intent, _ in alone.intents[:3]} | {hit.intents[0] for hit in alone.hits[:5]}
    unsaid = alone.abstained and alone.answerable >= STRANGE
    return len(turn) <= SHORT and (unsaid or topic.intent in near)


def resolve(turn: str, topic: Topic | None, alone) -> Resolved:
    """The turn as a question that stands alone; `alone` is what search finds for the turn by itself."""
    turn = turn.strip()
    if topic is None or not (is_follow_up(turn) or stays(turn, topic, alone)):
        return Resolved(turn, False, owner_type_in(turn) if TO_SAY.search(turn) else "")
    named = owner_type_in(turn)
    rest = STARTER.sub("", turn)
    if named and len(WHAT_TO_SAY.sub("", without_owner(rest))) <= 4:
        return Resolved(topic.question, True, named, same_article=True)
    return Resolved(f"{topic.question} {rest}", True, named or topic.owner_type, words=rest)


def without_owner(text: str) -> str:
    for word in OWNER_TYPE_WORDS:
        text = text.replace(word, "")
    return text


def topic_after(question: str, intent: str, article_id: str, owner_type: str) -> Topic:
    return Topic(question[-200:], intent, article_id, owner_type)
