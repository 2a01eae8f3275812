"""A drill as it stands: its turns, the owner's mood, and how both are stored."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from scenarios.rubric import Judgement
from scenarios.scenario import Scenario

ENDINGS = {
    "thanks": "业主道谢，放心结束", "settled": "业主接受安排", "hang-up": "业主挂了电话", "patience": "业主等不及，不再谈了",
    "hotline": "业主说要打 12345", "media": "业主说要发网上", "unsafe": "危险指引，立即结束", "late": "应急处置超时",
    "given-up": "学员放弃",
}  # fmt: skip


@dataclass(frozen=True)
class Turn:
    """One exchange: what was said, what it showed, and how the owner answered."""

    utterance: str
    judgement: Judgement
    owner: tuple[str, ...]
    anger: int
    trust: int
    worry: int
    elapsed: float = 0.0
    voiced: tuple[str, ...] = ()  # the same lines in other words, when a language model speaks for the owner

    @property
    def heard(self) -> tuple[str, ...]:
        return self.voiced or self.owner


@dataclass(frozen=True)
class DrillState:
    scenario_id: str
    seed: int
    opening: str
    anger: int
    trust: int
    worry: int
    turns: tuple[Turn, ...] = ()
    said: tuple[str, ...] = ()
    told: tuple[int, ...] = ()
    hints: int = 0
    ending: str = ""
    shown: frozenset[str] = field(default=frozenset())

    @property
    def over(self) -> bool:
        return bool(self.ending)

    @property
    def heard(self) -> tuple[str, ...]:
        """All that the trainee has heard: the script's lines and what a model made of them."""
        return (*self.said, *(line for turn in self.turns for line in turn.voiced))

    @property
    def last_owner_line(self) -> str:
        return self.turns[-1].owner[-1] if self.turns and self.turns[-1].owner else self.opening


def to_dict(state: DrillState) -> dict:
    return {**asdict(state), "shown": sorted(state.shown)}


def from_dict(value: Mapping) -> DrillState:
    turns = tuple(read_turn(t) for t in value["turns"])
    return DrillState(**{**value, "turns": turns, "said": tuple(value["said"]), "told": tuple(value["told"]),
                         "shown": frozenset(value["shown"])})  # fmt: skip


def read_turn(value: Mapping) -> Turn:
    return Turn(**{**value, "judgement": Judgement(**value["judgement"]), "owner": tuple(value["owner"]),
                   "voiced": tuple(value.get("voiced", ()))})  # fmt: skip


def curve(state: DrillState, scenario: Scenario) -> Sequence[tuple[int, int, int]]:
    """(anger, trust, worry) at the start and after each turn."""
    return [
        (scenario.anger, scenario.trust, scenario.worry),
        *((t.anger, t.trust, t.worry) for t in state.turns),
    ]
