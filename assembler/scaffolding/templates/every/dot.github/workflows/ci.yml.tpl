name: ci
on: [push, pull_request]
permissions:
  contents: read
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
        with:
          fetch-depth: 0 # `assembler diff` compares with the branch that a pull request is for
      - uses: actions/setup-python@v6
        with:
          python-version: "3.13"
      - run: python -m pip install . --group dev
      - run: assembler lint --output-format github
      - run: python -m pytest
      - name: what a pull request changes
        if: github.event_name == 'pull_request'
        env:
          BASE: origin/${{ github.base_ref }}
        run: assembler diff --git "$BASE" --output-format markdown >> "$GITHUB_STEP_SUMMARY" || test $? -eq 1
