# yaml-language-server: $schema=profile.schema.json
# Serves @package@: gunicorn with gevent workers, or with FLASK_DEBUG=true Werkzeug, unpatched.
version: 1
extends: base.yaml
debug: ${FLASK_DEBUG:-false}
patches:
  # Breakpoints do not work under gevent, so debug leaves the process as it is.
  - use: gevent
    when: {debug: false}
  - psycopg2
extensions:
  - use: logging
    before: [database]
    with:
      level: ${LOG_LEVEL:-INFO}
      loggers: {alembic: WARNING} # each revision is said by whoever upgrades
  - use: secret_key
    before: [database]
    with: {key: "${SECRET_KEY:-}"}
  - security_headers
  - health
  - @package@.views:blueprint
server:
  bind: ${BIND:-127.0.0.1:5001}
  workers: ${WORKERS:-2}
