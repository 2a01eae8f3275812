"""The trainers' workshop for drills: the list, the editor with its checks and history, the dry run."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from kb import site, taxonomy
from kb.articles import Problem
from kb.reading import HIDDEN
from scenarios import engine, scenario, states
from scenarios.debrief import debrief
from scenarios.faults import link_faults
from scenarios.playing import play_turn
from scenarios.rubric import DIMENSIONS, VIOLATIONS
from scenarios.scenario import DIFFICULTIES, Scenario, read_scenario
from server import audit, clock
from server.database import writing
from server.deps import HouseDep, Trainer
from server.errors import Missing, Refused
from server.house import House
from server.pages import page

router = APIRouter(prefix="/content/scenarios")
TextForm = Annotated[str, Form(max_length=70_000)]
Word = Annotated[str, Query(max_length=40)]


@dataclass(frozen=True)
class Wanted:
    """What a list of scenarios is narrowed by; empty means any."""

    q: Word = ""
    intent: Word = ""
    channel: Word = ""
    owner_type: Word = ""
    difficulty: Word = ""

    def holds(self, s: Scenario) -> bool:
        return (
            (not self.q or self.q in s.title or self.q in s.id) and (not self.intent or s.intent == self.intent)
            and (not self.channel or s.channel == self.channel) and (not self.owner_type or s.owner_type == self.owner_type)
            and (not self.difficulty or str(s.difficulty) == self.difficulty)
        )  # fmt: skip


@router.get("")
def contents(request: Request, house: HouseDep, trainer: Trainer, wanted: Annotated[Wanted, Depends()]) -> Response:
    found, problems = house.read_scenarios()
    return page(
        request, "scenarios/list.html", active="content", rows=[s for s in found.values() if wanted.holds(s)],
        wanted=wanted, problems=problems, ours={s.id for s in found.values() if is_ours(house, s)},
        intents=sorted({s.intent for s in found.values()}, key=list(taxonomy.INTENTS).index), DIFFICULTIES=DIFFICULTIES,
    )  # fmt: skip


def is_ours(house: House, s: Scenario) -> bool:
    return (house.settings.site_content / "scenarios" / s.path).is_file()


def name_of(house: House, scenario_id: str) -> str:
    """The file below the site folder, for a scenario that exists."""
    if scenario_id not in house.scenarios:
        raise Missing
    return f"scenarios/{house.scenarios[scenario_id].path}"


@router.get("/new")
def new(request: Request, house: HouseDep, trainer: Trainer, like: Word = "") -> Response:
    """The editor with the template, or with the text of a scenario that is to be varied."""
    text = source(house, like) if like in house.scenarios else (scenario.CONTENT.parent / "template.md").read_text("utf-8")
    return editor(request, house, "", text, [])


@router.get("/{scenario_id}/edit")
def edit(request: Request, scenario_id: str, house: HouseDep, trainer: Trainer) -> Response:
    name_of(house, scenario_id)
    return editor(request, house, scenario_id, source(house, scenario_id), [])


def source(house: House, scenario_id: str) -> str:
    path = house.scenarios[scenario_id].path
    ours = house.settings.site_content / "scenarios" / path
    return (ours if ours.is_file() else scenario.CONTENT / path).read_text(encoding="utf-8")


def editor(
    request: Request, house: House, scenario_id: str, text: str, faults: list[Problem], reason: str = "", *,
    checked: bool = False,
) -> Response:  # fmt: skip
    folder = house.settings.site_content
    name = name_of(house, scenario_id) if scenario_id else ""
    versions = site.history(folder, name) if name else []
    draft, _ = read_scenario(name or "新情景", text)
    return page(
        request, "scenarios/edit.html", active="content", scenario_id=scenario_id, text=text, faults=faults, reason=reason,
        draft=draft, checked=checked, versions=versions[:20], place={f: line_of(text, f.field) for f in faults},
        changes={v.id: site.difference(folder, name, v.id)[:12] for v in versions[:6]},
        shipped=bool(name) and (scenario.CONTENT / house.scenarios[scenario_id].path).is_file(),
        DIFFICULTIES=DIFFICULTIES, DIMENSIONS=DIMENSIONS, status=400 if faults and not checked else 200,
    )  # fmt: skip


def line_of(text: str, field: str) -> int:
    """The line where a field or heading stands, counted from 1; 0 when it is missing."""
    starts = (f"{field}:", f"## {field}")
    return next((n for n, line in enumerate(text.splitlines(), 1) if line.startswith(starts)), 0)


def faults_of(house: House, scenario_id: str, text: str) -> list[Problem]:
    name = scenario_id or "新情景"
    draft, faults = read_scenario(name, text)
    if draft:
        faults = [*faults, *(Problem(name, *fault) for fault in link_faults(draft, house.library.articles))]
        if scenario_id and draft.id != scenario_id:
            faults.append(Problem(name, "id", f"id 一经发布不改，应是 {scenario_id}"))
        if not scenario_id and draft.id in house.scenarios:
            faults.append(Problem(name, "id", f"“{draft.id}”已经有了，请换一个"))
    return faults


@router.post("/draft")
def draft(
    request: Request, house: HouseDep, trainer: Trainer, text: TextForm,
    scenario_id: Annotated[str, Form(max_length=80)] = "", reason: Annotated[str, Form(max_length=200)] = "",
) -> Response:  # fmt: skip
    """Check and preview without publishing; also the way back from a dry run."""
    known = scenario_id if scenario_id in house.scenarios else ""
    return editor(request, house, known, text, faults_of(house, known, text), reason, checked=True)


@router.post("/publish")
def publish(
    request: Request, house: HouseDep, trainer: Trainer, text: TextForm,
    scenario_id: Annotated[str, Form(max_length=80)] = "", reason: Annotated[str, Form(max_length=200)] = "",
) -> Response:  # fmt: skip
    """Save when every check passes; a refused text comes back in the editor with what to change."""
    if scenario_id and scenario_id not in house.scenarios:
        raise Missing
    text = HIDDEN.sub("", text.replace("\r\n", "\n"))
    faults = faults_of(house, scenario_id, text)
    if faults:
        return editor(request, house, scenario_id, text, faults, reason)
    made, _ = read_scenario(scenario_id, text)
    name = name_of(house, scenario_id) if scenario_id else f"scenarios/{made.id}.md"
    try:
        site.save(house.settings.site_content, name, text, trainer.name, reason)
    except site.SaveFailed as error:
        raise Refused(str(error)) from error
    published(house, trainer.id, made.id)
    return RedirectResponse(f"/content/scenarios/{made.id}/edit", 303)


def published(house: House, person_id: int, scenario_id: str) -> None:
    house.reload_scenarios()
    with writing(house.engine) as session:
        audit.record(session, clock.now(), "publish", person_id=person_id, target=f"scenario {scenario_id}")


@router.post("/{scenario_id}/restore")
def restore(
    scenario_id: str, house: HouseDep, trainer: Trainer,
    version: Annotated[str, Form(pattern="^([0-9a-f]{40}|shipped)$")],
) -> Response:  # fmt: skip
    """Bring back an earlier version or the shipped text; what was made here is taken down."""
    folder, name = house.settings.site_content, name_of(house, scenario_id)
    try:
        if version == "shipped":
            site.remove(folder, name, trainer.name, "撤下本项目的版本")
        else:
            site.save(folder, name, site.text_at(folder, name, version), trainer.name, "恢复到以前的版本")
    except site.SaveFailed as error:
        raise Refused(str(error)) from error
    published(house, trainer.id, scenario_id)
    there = scenario_id in house.scenarios
    return RedirectResponse(f"/content/scenarios/{scenario_id}/edit" if there else "/content/scenarios", 303)


@router.post("/try")
def dry_run(
    request: Request, house: HouseDep, trainer: Trainer, text: TextForm,
    scenario_id: Annotated[str, Form(max_length=80)] = "", seed: Annotated[int, Form(ge=0, le=10**6)] = 1,
    said: Annotated[list[str] | None, Form()] = None, say: Annotated[str, Form(max_length=600)] = "",
    back: Annotated[bool, Form()] = False,
) -> Response:  # fmt: skip
    """Play the draft; the form carries the words and the call is played anew each time, so nothing is kept."""
    made, faults = read_scenario(scenario_id or "新情景", text)
    if made is None or faults:
        return editor(request, house, scenario_id if scenario_id in house.scenarios else "", text, faults)
    words = [w[:600] for w in said or [] if w.strip()][: made.patience]
    words = words[:-1] if back else [*words, say.strip()] if say.strip() else words
    state = engine.start(made, seed)
    for one in words:
        state = play_turn(house.judge, made, state, one)
    return page(
        request, "scenarios/try.html", active="content", s=made, state=state, text=text, scenario_id=scenario_id, seed=seed,
        said=words, mood=engine.state_of(state.anger, state.trust, state.worry), nexts=engine.fresh_lines(made, state),
        result=debrief(made, state) if state.over else None, ENDINGS=states.ENDINGS, DIMENSIONS=DIMENSIONS,
        VIOLATIONS=VIOLATIONS, RAPPORT=engine.RAPPORT,
    )  # fmt: skip
