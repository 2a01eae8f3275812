"""an address that reminders are sent to"""

import sqlalchemy as sa
from alembic import op

revision = "0003_training"
down_revision = "0002_quiz"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("employee", schema=None) as table:
        table.add_column(sa.Column("email", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("employee", schema=None) as table:
        table.drop_column("email")
