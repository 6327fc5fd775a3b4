# yaml-language-server: $schema=profile.schema.json
# What the tests assemble.
version: 1
extends: web.yaml
role: test
debug: false
config:
  - use: values
    with: {TESTING: true}
