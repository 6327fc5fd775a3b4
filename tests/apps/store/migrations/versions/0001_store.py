"""Open the store."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and fill the shelves."""
    account = op.create_table(
        "account",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String, nullable=False, unique=True),
        sa.Column("token", sa.String, nullable=False),
    )
    product = op.create_table(
        "product",
        sa.Column("sku", sa.String, primary_key=True),
        sa.Column("price", sa.Numeric(10, 2), nullable=False),
        sa.Column("stock", sa.Integer, nullable=False),
    )
    op.create_table(
        "order",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("sku", sa.String, sa.ForeignKey("product.sku"), nullable=False),
        sa.Column("amount", sa.Integer, nullable=False),
        sa.Column("total", sa.Numeric(10, 2), nullable=False),
    )
    names = enumerate(("ada", "bo"), 1)
    rows = [{"id": number, "name": name, "token": f"token-{name}"} for number, name in names]
    op.bulk_insert(account, rows)
    op.bulk_insert(
        product, [{"sku": f"lamp-{n:02}", "price": n + 0.5, "stock": 10} for n in range(40)]
    )


def downgrade() -> None:
    """Close it."""
    for name in ("order", "product", "account"):
        op.drop_table(name)
