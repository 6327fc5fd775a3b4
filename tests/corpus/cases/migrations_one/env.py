"""Run the revisions."""

from assembler.migration_environment import run_environment

run_environment()
