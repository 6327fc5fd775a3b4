"""${message}.

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
Create Date: ${create_date}
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    """Go forward from ${repr(down_revision)}."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Go back to ${repr(down_revision)}."""
    ${downgrades if downgrades else "pass"}
