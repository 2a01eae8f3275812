"""The bank of questions: the shipped files, and the site layer that adds to them or replaces by id."""

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path

import yaml

from kb import site
from kb.articles import Problem
from quiz.exchange.drafts import row_of
from quiz.questions import Question, load_questions

FOLDER = "questions"


class BankBroken(ValueError):
    """A site file cannot be read, so nothing may be written over it."""


@cache
def shipped() -> tuple[dict[str, Question], list[Problem]]:
    return load_questions()


def load_bank(site_content: Path) -> tuple[dict[str, Question], list[Problem]]:
    """Every question that may be asked, the site's own taking the place of shipped ones."""
    found, problems = shipped()
    folder = site_content / FOLDER
    if not folder.is_dir():
        return found, problems
    more, faults = load_questions(folder)
    return {**found, **more}, [*problems, *faults]


def stamp(site_content: Path) -> int:
    """Changes whenever a file of the site layer is put in place; one look at the folder."""
    try:
        return (site_content / FOLDER).stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def write_questions(site_content: Path, changed: Sequence[Question], author: str, reason: str) -> None:
    """Put questions into the site layer, all or none, as one entry of its history."""
    texts = {}
    ordered = sorted(changed, key=lambda q: q.id)
    for section, questions in groupby(ordered, key=lambda q: q.section):
        have = site_questions(site_content, section)
        texts[f"{FOLDER}/{section}.yaml"] = yaml_of({**have, **{q.id: q for q in questions}})
    site.save_all(site_content, texts, author, reason)


def take_back(site_content: Path, question: Question, author: str) -> None:
    """Remove a question from the site layer, so that the shipped one is asked again."""
    have = site_questions(site_content, question.section)
    have.pop(question.id, None)
    name = f"{FOLDER}/{question.section}.yaml"
    site.save_all(
        site_content, {name: yaml_of(have) if have else "[]\n"}, author, f"{question.id} 恢复为随产品发布的题"
    )


def site_questions(site_content: Path, section: str) -> dict[str, Question]:
    path = site_content / FOLDER / f"{section}.yaml"
    if not path.is_file():
        return {}
    questions, problems = load_questions(path.parent, f"{section}.yaml")
    if problems:
        raise BankBroken(
            f"本项目的 {path.name} 有 {len(problems)} 处读不进来（{problems[0].message}），先改好再存"
        )
    return questions


def yaml_of(questions: Mapping[str, Question]) -> str:
    rows = [row_of(questions[i]) for i in sorted(questions)]
    return yaml.safe_dump(rows, allow_unicode=True, sort_keys=False, width=110)
