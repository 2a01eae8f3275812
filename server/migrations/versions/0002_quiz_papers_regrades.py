"""fixed papers, regrades, comparisons of sources, withdrawn certificates"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import kb.columns

revision: str = "0002_quiz"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("attempt") as table:
        table.add_column(sa.Column("paper_id", sa.Integer(), nullable=True))
        table.create_index("ix_attempt_paper_id", ["paper_id"])
    with op.batch_alter_table("certificate") as table:
        table.add_column(sa.Column("withdrawn", kb.columns.UTCDateTime(timezone=True), nullable=True))
    op.create_table(
        "fixedpaper",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("digests", sa.JSON(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("pass_mark", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("made", kb.columns.UTCDateTime(timezone=True), nullable=False),
        sa.Column("closed", kb.columns.UTCDateTime(timezone=True), nullable=True),
    )
    op.create_table(
        "regrade",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("key_digest", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", kb.columns.UTCDateTime(timezone=True), nullable=False),
        sa.Column("undone", kb.columns.UTCDateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.Integer(), nullable=True),
    )
    op.create_index("ix_regrade_question_id", "regrade", ["question_id"])
    op.create_table(
        "regradechange",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("regrade_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("share_before", sa.Float(), nullable=False),
        sa.Column("share_after", sa.Float(), nullable=False),
        sa.UniqueConstraint("regrade_id", "attempt_id", "place"),
    )
    op.create_index("ix_regradechange_regrade_id", "regradechange", ["regrade_id"])
    op.create_index("ix_regradechange_attempt_id", "regradechange", ["attempt_id"])
    op.create_table(
        "sourcecheck",
        sa.Column("question_id", sa.String(), primary_key=True),
        sa.Column("article_id", sa.String(), primary_key=True),
        sa.Column("heading", sa.String(), primary_key=True),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", kb.columns.UTCDateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    for name in ("sourcecheck", "regradechange", "regrade", "fixedpaper"):
        op.drop_table(name)
    with op.batch_alter_table("certificate") as table:
        table.drop_column("withdrawn")
    with op.batch_alter_table("attempt") as table:
        table.drop_index("ix_attempt_paper_id")
        table.drop_column("paper_id")
