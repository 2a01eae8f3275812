"""Bringing the database to the newest migration."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

HERE = Path(__file__).parent


def config(engine: Engine) -> Config:
    settings = Config()
    settings.set_main_option("script_location", str(HERE / "migrations"))
    settings.attributes["engine"] = engine
    return settings


def upgrade(engine: Engine) -> None:
    command.upgrade(config(engine), "head")


def is_current(engine: Engine) -> bool:
    head = ScriptDirectory.from_config(config(engine)).get_current_head()
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head
