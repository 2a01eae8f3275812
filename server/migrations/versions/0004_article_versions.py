"""texts of articles as they came into force"""

import sqlalchemy as sa
from alembic import op

import kb.columns

revision = "0004_news"
down_revision = "0003_training"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "articleversion",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("article_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", kb.columns.UTCDateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("headings", sa.JSON(), nullable=False),
        sa.Column("news", sa.Boolean(), nullable=False),
        sa.Column("important", sa.Boolean(), nullable=False),
    )
    for column in ("article_id", "at", "news"):
        op.create_index(f"ix_articleversion_{column}", "articleversion", [column])


def downgrade() -> None:
    op.drop_table("articleversion")
