"""Run a script in a process that was forked: it may patch what it likes, as in a new Python."""

from __future__ import annotations

import runpy
import sys

if __name__ == "__main__":
    sys.argv.pop(0)
    runpy.run_path(sys.argv[0], run_name="__main__")
