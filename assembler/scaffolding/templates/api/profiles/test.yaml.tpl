# yaml-language-server: $schema=profile.schema.json
# What the tests assemble: in their own process, with a database in memory.
version: 1
extends: web.yaml
role: test
debug: false
patches: []
config:
  - name: values
    with:
      TESTING: true
      SQLALCHEMY_DATABASE_URI: "sqlite://"
