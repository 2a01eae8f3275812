"""One check over everything that people write: handbook, scenarios, questions."""

from kb import checks
from kb.articles import Problem
from server.house import House


def check_everything(house: House) -> tuple[list[Problem], dict[str, int]]:
    library = house.library
    problems = [*checks.check(library), *checks.coverage(library)]
    return problems, {"手册": len(library.articles)}
