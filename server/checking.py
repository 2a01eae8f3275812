"""One check over everything that people write: handbook, scenarios, questions."""

from collections.abc import Mapping
from pathlib import Path

from kb import checks
from kb.articles import Library, Problem
from quiz import exchange
from quiz.checks import check_questions
from quiz.exchange.drafts import Draft, Fault, row_of
from quiz.questions import Question, load_questions
from scenarios.faults import link_faults
from scenarios.scenario import Scenario
from server.house import House


def check_everything(house: House) -> tuple[list[Problem], dict[str, int]]:
    library = house.library
    scenarios, scenario_problems = house.read_scenarios()
    questions, question_problems = house.read_bank()
    problems = [
        *checks.check(library), *checks.coverage(library), *scenario_problems, *check_links(scenarios, library),
        *question_problems, *check_questions(questions, library),
    ]  # fmt: skip
    return problems, {"手册": len(library.articles), "演练": len(scenarios), "题目": len(questions)}


def check_links(scenarios: Mapping[str, Scenario], library: Library) -> list[Problem]:
    return [
        Problem(s.path, where, message)
        for s in scenarios.values() for where, message in link_faults(s, library.articles)
    ]  # fmt: skip


def plan_file(house: House, path: Path, section: str) -> exchange.Plan:
    """What importing a file of questions would change; a file that cannot be read is one fault."""
    if not path.is_file():
        return exchange.Plan((), (Fault(path.name, "没有这个文件"),), ())
    try:
        drafts, faults = (
            read_yaml_file(path) if path.suffix == ".yaml" else exchange.read_upload(path.name, path.read_bytes())
        )
    except exchange.Unreadable as error:
        return exchange.Plan((), (Fault(path.name, str(error)),), ())
    return exchange.plan_import(drafts, faults, house.questions, house.library, section)


def read_yaml_file(path: Path) -> tuple[list[Draft], list[Fault]]:
    """Questions as they are kept in the repository; the file is named after its section."""
    found, problems = load_questions(path.parent, path.name)
    return [Draft(q.id, draft_row(q), q.section) for q in found.values()], [Fault(p.field, p.message) for p in problems]


def draft_row(q: Question) -> dict:
    row = row_of(q)
    return row | {"pairs": [list(p) for p in q.pairs]} if q.pairs else row
