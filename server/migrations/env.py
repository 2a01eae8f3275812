"""Alembic environment: the engine comes from the caller, the tables from all rooms."""

from alembic import context
from sqlmodel import SQLModel

import server.registry  # noqa: F401 - imports every table

engine = context.config.attributes["engine"]
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
