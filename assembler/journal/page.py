"""Render the page that shows what runs here."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment

if TYPE_CHECKING:
    from jinja2 import Template

__all__ = ["load_page", "render_uptime"]

# Not with the app's own Jinja environment: this page must render when the app's loaders or context
# processors do not work.
SOURCE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ profile }}: what runs here</title>
<style>
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 42rem; margin: 2rem auto; padding: 0 1rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.25rem 1rem; }
dt { font-weight: 600; }
dd { margin: 0; overflow-wrap: anywhere; }
</style>
</head>
<body>
<main>
<h1>{{ profile }}</h1>
<p>This app was assembled from a profile.</p>
<h2>What runs here</h2>
<dl>
{% for name, value in facts.items() %}<dt>{{ name }}</dt><dd>{{ value }}</dd>
{% endfor %}</dl>
<h2>Degraded</h2>
{% if degraded %}<ul>
{% for name in degraded %}<li>{{ name }}</li>
{% endfor %}</ul>
{% else %}<p>Nothing: every step works as it should.</p>
{% endif %}<h2>Where to look</h2>
<ul>
{% for address, words in links.items() %}<li><a href="{{ address }}">{{ words }}</a></li>
{% endfor %}</ul>
</main>
</body>
</html>
"""

UNITS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))


def render_uptime(seconds: float) -> str:
    """Return a time in its two largest units, such as ``2 d 3 h``."""
    rest, parts = int(seconds), list[str]()
    for unit, length in UNITS:
        count, rest = divmod(rest, length)
        if count or (unit == "s" and not parts):
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2])


@cache  # compiled when the page is first asked for, not whenever an app is assembled
def load_page() -> Template:
    """Return the page's template: ``profile``, ``facts``, ``degraded``, ``links`` to words."""
    return Environment(autoescape=True).from_string(SOURCE)
