"""What an assignment asks for: one scenario, or any that fits its intent and difficulty."""

from collections.abc import Mapping, Sequence

from scenarios.scenario import Scenario
from scenarios.tables import DrillAssignment


def matching(work: DrillAssignment, scenarios: Mapping[str, Scenario]) -> list[Scenario]:
    if work.scenario_id:
        return [scenarios[work.scenario_id]] if work.scenario_id in scenarios else []
    return [
        s for s in scenarios.values()
        if (not work.intent or s.intent == work.intent) and (not work.difficulty or s.difficulty == work.difficulty)
    ]  # fmt: skip


def next_scenario(work: DrillAssignment, scenarios: Mapping[str, Scenario], played: Sequence[str]) -> Scenario | None:
    """The fitting scenario that was played least often."""
    return min(matching(work, scenarios), key=lambda s: played.count(s.id), default=None)
