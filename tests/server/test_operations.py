"""Operations: migrations equal the tables, settings are explained, backups come back."""

from pathlib import Path

from alembic import command
from typer.testing import CliRunner

from server import migrate
from server.backup import back_up, put_back
from server.cli import app
from server.settings import Settings

README = Path(__file__).parents[2] / "README.md"


def test_migrations_equal_the_tables(house):
    command.check(migrate.config(house.engine))


def test_every_setting_stands_in_the_readme():
    text = README.read_text(encoding="utf-8")

    assert [n for n in Settings.model_fields if f"`KEFU_{n.upper()}`" not in text] == []


def test_every_command_has_a_help_text():
    runner = CliRunner()
    for command_info in app.registered_commands:
        name = command_info.name or command_info.callback.__name__
        result = runner.invoke(app, [name, "--help"])
        assert result.exit_code == 0 and command_info.callback.__doc__, name


def test_a_backup_comes_back(house, tmp_path):
    target = tmp_path / "backup.zip"
    back_up(house.settings, target)
    fresh = house.settings.model_copy(update={"data": tmp_path / "fresh"})
    put_back(fresh, target)

    assert (tmp_path / "fresh" / "kefu.db").stat().st_size > 0
