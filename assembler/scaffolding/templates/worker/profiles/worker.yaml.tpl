# yaml-language-server: $schema=profile.schema.json
# Carries out the tasks of @package@.tasks: `assembler worker profiles/worker.yaml`.
version: 1
extends: base.yaml
role: worker
debug: false
worker:
  concurrency: ${CONCURRENCY:-2}
