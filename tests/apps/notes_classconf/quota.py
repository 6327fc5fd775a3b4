"""An extension that bounds how much is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, request

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask_sqlalchemy import SQLAlchemy

__all__ = ["Quota", "quota", "refuse_long_notes"]


def refuse_long_notes(length: int, limit: int) -> None:
    """Answer 413, with both numbers."""
    abort(413, f"{length} characters, and {limit} are allowed")


class Quota:
    """Ask `on_excess` about every request whose text is longer than the limit."""

    def init_app(
        self,
        app: Flask,
        db: SQLAlchemy,
        *,
        on_excess: Callable[[int, int], None],
        limit_characters: int = 1000,
    ) -> None:
        """Watch the requests of `app`, which must have been given to `db` before."""
        if app.extensions.get("sqlalchemy") is not db:
            message = "the quota needs the database first"
            raise RuntimeError(message)
        app.extensions["quota"] = {"db": db, "limit_characters": limit_characters}

        def check_length() -> None:
            length = len(request.form.get("text", ""))
            if length > limit_characters:
                on_excess(length, limit_characters)

        app.before_request(check_length)


quota = Quota()
