# yaml-language-server: $schema=profile.schema.json
# Serves @package@.
version: 1
extends: base.yaml
debug: ${FLASK_DEBUG:-false}
extensions:
  - health
  - @package@.views:blueprint
server:
  bind: ${BIND:-127.0.0.1:5001}
  workers: ${WORKERS:-2}
