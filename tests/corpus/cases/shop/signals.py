"""Is imported for what it registers."""

from __future__ import annotations

REGISTERED = ["order_paid"]
