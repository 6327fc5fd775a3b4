# yaml-language-server: $schema=profile.schema.json
# For `assembler migrate` and `assembler flask … db`: the database, and nothing that serves.
version: 1
extends: base.yaml
role: migrations
debug: false
extensions:
  - name: celery
    when: false
