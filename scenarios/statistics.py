"""How often each dimension was met over many drills, with what so many drills can tell."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from scenarios.debrief import debrief
from scenarios.rubric import DIMENSIONS
from scenarios.scenario import Scenario
from scenarios.states import DrillState

LEAST = 30


@dataclass(frozen=True)
class Rate:
    label: str
    met: int
    asked: int
    low: float
    high: float

    @property
    def enough(self) -> bool:
        return self.asked >= LEAST


def rates(played: Sequence[tuple[Scenario, DrillState]]) -> list[Rate]:
    results = [debrief(scenario, state) for scenario, state in played]
    found = []
    for name, label in DIMENSIONS.items():
        marks = [d.met for r in results for d in r.dimensions if d.dimension == name and d.met is not None]
        if marks:
            found.append(Rate(label, sum(marks), len(marks), *wilson(sum(marks), len(marks))))
    return found


def wilson(hits: int, n: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    share, wide = hits / n, z * z / n
    middle, spread = share + wide / 2, z * sqrt(share * (1 - share) / n + wide / (4 * n))
    return max(0.0, (middle - spread) / (1 + wide)), min(1.0, (middle + spread) / (1 + wide))
