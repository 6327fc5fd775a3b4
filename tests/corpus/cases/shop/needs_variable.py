"""Cannot be imported without its variable."""

from __future__ import annotations

import os

QUEUE = os.environ["SHOP_QUEUE_THAT_NOBODY_SETS"]
