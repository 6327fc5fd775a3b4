"""Write and read the app's JSON, with the standard library or with orjson."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from flask.json.provider import DefaultJSONProvider

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from werkzeug.sansio.response import Response

__all__ = ["JsonForms", "StandardProvider", "build_orjson_provider"]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class JsonForms:
    """How values that JSON does not know are written."""

    is_iso: bool = False  # dates in ISO 8601, else as HTTP has them
    is_number: bool = False  # decimals as numbers, else as strings
    default: Callable[[Any], object] | None = None  # the project's own, which raises TypeError

    def convert(self, value: object) -> object:
        """Return what is written instead of ``value``.

        Raises:
            TypeError: if nobody knows it.
        """
        if self.default is not None:
            try:
                return self.default(value)
            except TypeError:
                pass
        if self.is_iso and isinstance(value, (date, datetime)):
            return value.isoformat()
        if self.is_number and isinstance(value, Decimal):
            return float(value)
        return DefaultJSONProvider.default(value)


class StandardProvider(DefaultJSONProvider):
    """Flask's own provider, with the project's forms."""

    def __init__(self, app: Flask, forms: JsonForms) -> None:
        """Keep the forms."""
        super().__init__(app)
        self.default = forms.convert


def build_orjson_provider(app: Flask, forms: JsonForms) -> StandardProvider:
    """Return a provider that works with orjson.

    Raises:
        ModuleNotFoundError: if orjson is not installed.
    """
    import orjson  # noqa: PLC0415 - an extra brings it

    return _make_orjson_provider(orjson)(app, forms)


@cache  # making a class takes longer than making the app's provider
def _make_orjson_provider(orjson: Any) -> type[StandardProvider]:  # noqa: ANN401 - a module
    # Each as the standard library and Flask have it, where orjson can.
    same = orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_DATACLASS

    class OrjsonProvider(StandardProvider):
        def __init__(self, app: Flask, forms: JsonForms) -> None:
            super().__init__(app, forms)
            writes_dates = forms.is_iso and forms.default is None
            self._options = same | (0 if writes_dates else orjson.OPT_PASSTHROUGH_DATETIME)

        def _write(self, obj: object, *, indent: bool = False) -> bytes:
            """Write JSON.

            Raises:
                TypeError: if orjson cannot, such as an integer of more than 64 bits.
            """
            options = self._options | (orjson.OPT_SORT_KEYS if self.sort_keys else 0)
            options |= orjson.OPT_INDENT_2 if indent else 0
            written: bytes = orjson.dumps(obj, self.default, options)
            return written

        def dumps(self, obj: Any, **kwargs: Any) -> str:  # noqa: ANN401 - as Flask has it
            if not {*kwargs} - {"separators"}:  # it writes none that could be left out
                try:
                    return self._write(obj).decode()
                except TypeError:
                    pass
            return super().dumps(obj, **kwargs)

        def loads(self, s: str | bytes, **kwargs: Any) -> Any:  # noqa: ANN401 - as Flask has it
            return super().loads(s, **kwargs) if kwargs else orjson.loads(s)

        def response(self, *args: Any, **kwargs: Any) -> Response:  # noqa: ANN401 - as Flask has it
            indent = self._app.debug if self.compact is None else not self.compact
            try:
                written = self._write(self._prepare_response_obj(args, kwargs), indent=indent)
            except TypeError:
                return super().response(*args, **kwargs)
            make: Any = self._app.response_class
            answer: Response = make(written + b"\n", mimetype=self.mimetype)
            return answer

    return OrjsonProvider
