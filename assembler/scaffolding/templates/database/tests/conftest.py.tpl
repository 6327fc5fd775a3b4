"""Give each test an empty database, in memory."""

from __future__ import annotations

import pytest

from @package@.models import db


@pytest.fixture
def client(assembled_app):
    """Return a test client of an app whose tables are there."""
    with assembled_app.app_context():
        db.create_all()
    return assembled_app.test_client()
