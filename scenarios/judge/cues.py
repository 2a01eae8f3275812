"""Cues: what words show a dimension or a violation once negation and quotation are read."""

import re
from collections.abc import Callable, Iterator

from scenarios.judge.clauses import clause_around, negated, quoted, sentence_around
from scenarios.judge.phrases import (
    ACTION,
    AT_ONCE,
    BARE_RULE,
    BASIS,
    CLOSING,
    CUT,
    DANGER_INTENTS,
    DEFINITE,
    DEMAND,
    EMPATHY,
    ESCALATE,
    FACT_ASK,
    FOR_SAFETY,
    GREETING,
    IDENTITY,
    IRONY,
    PRIVACY,
    PROTECTS,
    RESTATE,
    RISKS,
    SELF,
    SEND_OWNER,
    STOCK,
    VIOLATION_CUES,
)  # fmt: skip
from scenarios.rubric import Situation

Found = Callable[[str, Situation], str | None]


def first(pattern: re.Pattern[str], text: str, *, deny: bool = True, whole: bool = False) -> str | None:
    """The clause of the first match that is neither denied nor quoted."""
    for match in pattern.finditer(text):
        if deny and negated(text, match.start()):
            continue
        if quoted(text, match.start(), match.end()):
            continue
        around = sentence_around if whole else clause_around
        return around(text, match.start(), match.end())
    return None


def opening(text: str, situation: Situation) -> str | None:
    said = SELF.search(text)
    return clause_around(text, said.start(), said.end()) if said and GREETING.search(text) else None


def identity(text: str, situation: Situation) -> str | None:
    return first(IDENTITY, text)


def empathy(text: str, situation: Situation) -> str | None:
    for match in EMPATHY.finditer(text):
        clause = clause_around(text, match.start(), match.end())
        if STOCK.search(clause) or IRONY.search(sentence_around(text, match.start(), match.end())):
            continue
        reassuring = match[0].startswith(("别", "您别", "不用怕", "您先别"))
        if not reassuring and negated(text, match.start()):
            continue
        if (
            match[0] in ("着急", "担心", "放心")
            and re.search(r"(?:别|不用|有什么好|急什么|您)?(?:瞎)?$", text[: match.start()][-4:])
            and len(clause) < 5
        ):
            continue
        return clause
    return None


def facts(text: str, situation: Situation) -> str | None:
    for match in FACT_ASK.finditer(text):
        clause = clause_around(text, match.start(), match.end())
        if IDENTITY.search(clause) or re.search(
            r"怎么称呼|贵姓|还有(?:什么|其他|别的)|有什么(?:事|需要)|关.*什么事|什么态度|有没有搞错", clause
        ):
            continue
        tail = text[match.end() : match.end() + 12]
        if (
            "?" in tail
            or "？" in tail
            or re.search(r"请问|麻烦|跟我(?:说|讲)|告诉我|说(?:一下|说|下)|拍|吗|呢|没有|还是|方便", clause)
        ):
            return clause
    return restated(text, situation)


def restated(text: str, situation: Situation) -> str | None:
    """A clause that takes up the owner's own facts: three characters in a row, after a word of restating."""
    match = RESTATE.search(text)
    if not match:
        return None
    for size in (4, 3):
        for at in range(len(situation.owner_line) - size + 1):
            piece = situation.owner_line[at : at + size]
            if re.fullmatch(r"[一-鿿\d]+", piece) and piece in text:
                start = text.find(piece)
                return clause_around(text, start, start + size)
    return clause_around(text, match.start(), match.end()) if len(text[match.end() :]) > 8 else None


def basis(text: str, situation: Situation) -> str | None:
    for match in BASIS.finditer(text):
        clause = sentence_around(text, match.start(), match.end())
        if BARE_RULE.search(clause) and len(clause) < 16:
            continue
        if quoted(text, match.start(), match.end()) and "《" not in match[0]:
            continue
        if match[0][0] in "归由" and (
            negated(text, match.start()) or re.search(r"不$", text[: match.start()])
        ):
            continue
        return clause_around(text, match.start(), match.end())
    return None


def solution(text: str, situation: Situation) -> str | None:
    """An action and a definite time in one sentence, or in neighbouring clauses of it."""
    times = [DEFINITE] + ([AT_ONCE] if situation.urgency == "P0" else [])
    for match in ACTION.finditer(text):
        if negated(text, match.start()):
            continue
        sentence = sentence_around(text, match.start(), match.end())
        if re.search(r"(?:您|你)(?:什么时候|自己|可以去)", sentence) or re.search(
            r"不一定|说不准|没法保证|不保证|不知道", sentence
        ):
            continue
        when = next((m for t in times if (m := t.search(sentence))), None)
        if (
            when
            and not re.search(r"[?？]\s*$", sentence.split(when[0])[-1][:3] or " ")
            and not paid_first(sentence)
        ):
            return sentence
    return None


def paid_first(sentence: str) -> bool:
    return bool(VIOLATION_CUES["threat"].search(sentence)) and not re.search(
        r"不会|不能|不得|不可以", sentence
    )


def escalation(text: str, situation: Situation) -> str | None:
    for match in ESCALATE.finditer(text):
        if negated(text, match.start()):
            continue
        clause = clause_around(text, match.start(), match.end())
        if SEND_OWNER.search(clause) and not re.search(
            r"我(?:们)?(?:这边|现在|马上|会|来|去|同时|已经|也|帮|先)", clause
        ):
            continue
        return clause
    return None


def closing(text: str, situation: Situation) -> str | None:
    return first(CLOSING, text)


def privacy(text: str, situation: Situation) -> str | None:
    return first(PRIVACY, text, deny=False)


POSITIVE_CUES: dict[str, Found] = {
    "opening": opening, "identity": identity, "empathy": empathy, "facts": facts, "basis": basis, "solution": solution,
    "escalation": escalation, "closing": closing, "privacy": privacy,
}  # fmt: skip


def cuts(text: str) -> Iterator[re.Match[str]]:
    """What is cut off without need, or for a demand."""
    for match in CUT.finditer(text):
        sentence = sentence_around(text, match.start(), match.end())
        if DEMAND.search(sentence) or not FOR_SAFETY.search(sentence):
            yield match


def protects(code: str, text: str) -> bool:
    """Whether what a model took for a threat or danger only cuts off or keeps away from harm."""
    if code == "threat":
        cut = CUT.search(text) or PROTECTS.search(text)
        return bool(cut and FOR_SAFETY.search(text)) and not DEMAND.search(text)
    return code == "unsafe" and bool(PROTECTS.search(text)) and not RISKS.search(text)


def violation(code: str, text: str, situation: Situation) -> str | None:
    """The words that commit a violation, or None."""
    if code == "unsafe" and situation.urgency != "P0" and situation.intent not in DANGER_INTENTS:
        return None
    if code == "evasive" and (solution(text, situation) or len(text) > 90):
        return None
    # Advice against reporting carries its own 别 / 不用.
    for match in (*VIOLATION_CUES[code].finditer(text), *(cuts(text) if code == "threat" else ())):
        own_denial = re.match(r"(?:别|不用|不必|不归|不是|没|先别|不要|不|我也没|也没)", match[0])
        if not own_denial and negated(text, match.start()):
            continue
        if quoted(text, match.start(), match.end()):
            continue
        return clause_around(text, match.start(), match.end())
    return None
