"""Set gunicorn up by hand, as ``assembler run`` does for the profile."""

from __future__ import annotations

worker_class = "gevent"
control_socket_disable = True  # it would open a socket below the home directory
graceful_timeout = 5
