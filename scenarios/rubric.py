"""The drill rubric: ten dimensions with their weights, eleven violations, and the total."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

DIMENSIONS: dict[str, str] = {
    "opening": "问候与自报", "identity": "核对身份", "empathy": "接住情绪", "facts": "问清事实", "basis": "说清依据",
    "solution": "动作与时限", "escalation": "升级与跟进", "closing": "约定与收尾", "forbidden": "没有违规语",
    "privacy": "保护隐私",
}  # fmt: skip
WEIGHTS: dict[str, int] = {
    "opening": 5, "identity": 5, "empathy": 15, "facts": 10, "basis": 15, "solution": 20, "escalation": 10,
    "closing": 5, "forbidden": 10, "privacy": 5,
}  # fmt: skip
POSITIVE = (
    "opening",
    "identity",
    "empathy",
    "facts",
    "basis",
    "solution",
    "escalation",
    "closing",
    "privacy",
)
VIOLATIONS: dict[str, str] = {
    "blame": "指责业主", "rude": "冷硬、辱骂或讽刺", "shirk": "推诿", "overpromise": "越权承诺或认责",
    "privacy-leak": "泄露他人信息", "threat": "以断供、曝光等相威胁", "false-info": "说错规则或编造", "evasive": "敷衍",
    "off-topic": "答非所问", "bias": "歧视或贴标签", "unsafe": "危险指引",
}  # fmt: skip
VETO = ("threat", "privacy-leak", "unsafe", "bias")
NOT_FORBIDDEN = ("evasive", "off-topic", "privacy-leak")
CAP = 40


@dataclass(frozen=True)
class Situation:
    """What the judge knows of the moment, whether or not it is in a scenario file."""

    intent: str = ""
    owner_type: str = "ot-general"
    channel: str = "phone"
    urgency: str = "P2"
    owner_line: str = ""


@dataclass(frozen=True)
class Judgement:
    """What one utterance shows, with the words that prove it."""

    met: Mapping[str, str]
    violations: Mapping[str, str]
    score: int

    @property
    def vetoed(self) -> bool:
        return any(code in VETO for code in self.violations)


def gates(violations: Collection[str]) -> dict[str, bool]:
    """Whether the two gates hold: no forbidden words, no leak."""
    return {
        "forbidden": not any(code not in NOT_FORBIDDEN for code in violations),
        "privacy": "privacy-leak" not in violations,
    }


def total(met: Collection[str], violations: Collection[str], applicable: Collection[str]) -> int:
    """Points of 100 over the applicable dimensions; `forbidden` is always one of them."""
    held = gates(violations)
    asked = [d for d in DIMENSIONS if d in applicable or d == "forbidden" or (d == "privacy" and not held[d])]
    earned = sum(WEIGHTS[d] for d in asked if points_of(d, met, held))
    score = round(100 * earned / sum(WEIGHTS[d] for d in asked))
    return min(score, CAP) if any(code in VETO for code in violations) else score


def points_of(dimension: str, met: Collection[str], held: Mapping[str, bool]) -> bool:
    if dimension == "forbidden":
        return held["forbidden"]
    if dimension == "privacy":
        return held["privacy"] and "privacy" in met
    return dimension in met


def applicable_to(situation: Situation) -> tuple[str, ...]:
    """Dimensions that one utterance in this situation can be asked for, when no scenario says."""
    asked = ["empathy", "facts", "basis", "solution", "closing"]
    if situation.channel in ("phone", "desk", "visit"):
        asked += ["opening", "identity"]
    if situation.urgency in ("P0", "P1") or situation.intent in ESCALATED:
        asked.append("escalation")
    if situation.intent in PRIVATE:
        asked.append("privacy")
    return tuple(d for d in POSITIVE if d in asked)


ESCALATED = {
    "claim-damage", "complaint-12345", "media-expose", "group-petition", "data-leak", "fee-sue", "fee-reduce",
    "abuse-staff", "handover-refuse", "reno-wall", "illegal-build", "repair-roof-wall", "lift-trapped",
}  # fmt: skip
PRIVATE = {
    "privacy-other", "cctv-view", "face-gate", "info-police", "data-leak", "info-update", "noise-upstairs", "repair-leak",
    "car-scratch", "theft", "wechat-group", "visitor-access", "neighbor-dispute", "fee-cutoff",
}  # fmt: skip
