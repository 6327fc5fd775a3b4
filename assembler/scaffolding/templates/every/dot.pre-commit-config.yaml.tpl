repos:
  - repo: local
    hooks:
      - id: assembler-lint
        name: assembler lint
        entry: assembler lint
        language: system
        types: [yaml]
        files: ^profiles/
        require_serial: true
