"""tests of courses, and the paper that a training record stands on"""

import sqlalchemy as sa
from alembic import op

revision = "0005_courses"
down_revision = "0004_news"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("attempt") as table:
        table.add_column(sa.Column("course_id", sa.Integer(), nullable=True))
        table.create_index("ix_attempt_course_id", ["course_id"])
    with op.batch_alter_table("trainingrecord") as table:
        table.add_column(sa.Column("attempt_id", sa.Integer(), nullable=True))
        table.create_index("ix_trainingrecord_attempt_id", ["attempt_id"])


def downgrade() -> None:
    with op.batch_alter_table("trainingrecord") as table:
        table.drop_index("ix_trainingrecord_attempt_id")
        table.drop_column("attempt_id")
    with op.batch_alter_table("attempt") as table:
        table.drop_index("ix_attempt_course_id")
        table.drop_column("course_id")
