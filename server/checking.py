"""One check over everything that people write: handbook, scenarios, questions."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from kb import checks
from kb.articles import Library, Problem
from quiz.checks import check_questions
from quiz.questions import load_questions
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
        Problem(s.path, "links", f"没有“{link}”这一篇，请改正或删掉")
        for s in scenarios.values() for link in s.links if link not in library.articles
    ]  # fmt: skip


def check_question_file(path: Path) -> tuple[list[Problem], int]:
    """Problems of one question file, and how many questions it holds."""
    if path.suffix != ".yaml" or not path.is_file():
        return [Problem(path.name, "文件", "找不到,或不是 .yaml 文件")], 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / path.name
        copy.write_bytes(path.read_bytes())
        questions, problems = load_questions(Path(folder))
    return problems, len(questions)
