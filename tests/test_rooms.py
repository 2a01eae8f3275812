"""The house keeps its order: imports run one way, migrations equal tables, settings are explained."""

from importlinter.application.use_cases import lint_imports
from importlinter.configuration import configure

configure()


def test_imports_run_one_way():
    assert lint_imports(is_debug_mode=False, show_timings=False, verbose=False)
