"""Log what assembling did, once when a process starts: for people or for programs."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from assembler.rendering.report import render_report

if TYPE_CHECKING:
    from assembler.report import Report

__all__ = ["log_report"]


def log_report(report: Report) -> None:
    """Write the report to standard error: a table on a terminal, else one line of JSON.

    It does not go through `logging`: what an app configures there must not hide how it started.
    """
    stream = sys.stderr
    if stream.isatty():
        text = render_report(report)
    else:
        text = json.dumps({"event": "assembled", **report.to_dict()}, ensure_ascii=False) + "\n"
    # In one piece, since several workers share the stream.
    stream.write(text)
    stream.flush()
