# yaml-language-server: $schema=profile.schema.json
# What every process of @package@ shares.
version: 1
abstract: true
config:
  - use: env
    with: {prefix: @PACKAGE@}
extensions:
  - use: logging
    with: {level: "${LOG_LEVEL:-INFO}"}
