"""Run the revisions."""

from assembler.migrating.environment import run_environment

run_environment()
