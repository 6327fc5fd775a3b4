"""Return profiles in which one thing stands as often as it can: what takes too long shows there."""

from __future__ import annotations

__all__ = ["DENSE", "build_dense"]

TOP = "version: 1\n"
STEPS = TOP + "extensions:\n"
OVERLAY = TOP + "extends: ../bases/shop.yaml\nextensions:\n"
VALUES = TOP + "config:\n- use: values\n  with:\n"
# What comes first, what is repeated (%d is its number), and what comes last.
DENSE = {
    "unknown_keys": (TOP, "k%d: 1\n", ""),
    "unknown_steps": (STEPS, "- a%d\n", ""),
    "unknown_steps_near": (STEPS, "- databas%d\n", ""),
    "unknown_steps_overlay": (OVERLAY, "- a%d\n", ""),
    "override_nothing": (OVERLAY, "- name: a%d\n", ""),
    "named_after": (OVERLAY, "- {use: imports, name: a%d, after: [a%d]}\n", ""),
    "after_many": (STEPS + "- {use: imports, after: [", "b%d, ", "]}\n"),
    "dup_steps": (STEPS, "- a\n", ""),
    "dup_keys": (TOP, "a: 1\n", ""),
    "values": (VALUES, "    K%d: 1\n", ""),
    "values_lower": (VALUES, "    k%d: 1\n", ""),
    "values_near": (VALUES, "    SQLALCHEMY_DATABSE_URI%d: 1\n", ""),
    "vars": (VALUES, "    K%d: ${V%d:-x}\n", ""),
    "vars_diff": (VALUES, "    K%d: ${V:-%d}\n", ""),
    "vars_nodef": (VALUES, "    K%d: ${VV%d}\n", ""),
    "vars_one": (VALUES + '    K: "', "${V%d}", '"\n'),
    "open_interp": (VALUES + '    K: "', "${V", '"\n'),
    "open_interp2": (VALUES + "    K: ", "${V ", "\n"),
    "open_interp_flow": (VALUES + "    K: [", "${V", "]\n"),
    "nested_interp": (VALUES + '    K: "', "${V:-", '"\n'),
    "dollars": (VALUES + '    K: "', "$", '"\n'),
    "patches": (TOP + "patches:\n", "- a%d\n", ""),
    "patches_gevent": (TOP + "patches:\n", "- gevent\n", ""),
    "config_env": (TOP + "config:\n", "- {use: env, name: e%d, with: {prefix: A%d}}\n", ""),
    "config_values": (TOP + "config:\n", "- {use: values, name: e%d, with: {A: %d}}\n", ""),
    "config_unknown": (TOP + "config:\n", "- a%d\n", ""),
    "config_files": (TOP + "config:\n", "- {use: file, name: f%d, with: {path: f%d.toml}}\n", ""),
    "extends": (TOP + "extends:\n", "- x%d.yaml\n", ""),
    "extends_same": (TOP + "extends:\n", "- ../bases/shop.yaml\n", ""),
    "extends_self": (TOP + "extends:\n", "- fuzzed.yaml\n", ""),
    "refs": (STEPS, "- shop.models:a%d\n", ""),
    "refs_mod": (STEPS, "- shop.m%d:a\n", ""),
    "refs_mod_deep": (STEPS, "- a%d.b.c.d.e.f.g.h:a\n", ""),
    "refs_same": (STEPS, "- {use: shop.auth:blueprint, name: b%d}\n", ""),
    "refs_prefix": (STEPS, "- {use: shop.auth:blueprint, name: b%d, with: {url_prefix: /a}}\n", ""),
    "refs_ext": (STEPS, "- {use: shop.ext_mail, name: b%d, with: {sendr: a}}\n", ""),
    "refs_installed": (STEPS, "- {use: flask_login:LoginManager%d}\n", ""),
    "refs_installed2": (STEPS, "- {use: sqlalchemy.orm:x%d}\n", ""),
    "refs_long": (STEPS + "- ", "a.", ":b\n"),
    "refs_long_attr": (STEPS + "- shop.models:db", "._a", "\n"),
    "imports": (STEPS + "- use: imports\n  with:\n    modules: [", "shop.x%d, ", "]\n"),
    "imports2": (STEPS + "- use: imports\n  with:\n    modules: [", "shop.models, ", "]\n"),
    "steps_ref": (STEPS + "- use: attributes\n  with:\n", "    a%d: {$step: s%d}\n", ""),
    "import_ref": (
        STEPS + "- use: attributes\n  with:\n",
        "    a%d: {$import: 'shop.models:d%d'}\n",
        "",
    ),
    "format": (STEPS + "- use: attributes\n  with:\n    a: {$format: '", "{b%d}", "'}\n"),
    "format2": (STEPS + "- use: attributes\n  with:\n    a: {$format: '", "{", "'}\n"),
    "unset": (OVERLAY + "- use: database\n  with:\n", "    a%d: {$unset: true}\n", ""),
    "when_all": (STEPS + "- use: imports\n  when: {all: [", "true, ", "]}\n"),
    "when_all2": (STEPS + "- use: imports\n  when: {all: [", "'x', ", "]}\n"),
    "when_installed": (STEPS + "- use: imports\n  when: {any: [", "{installed: m%d}, ", "]}\n"),
    "bind": (TOP + "server:\n  bind: [", "127.0.0.1:%d, ", "]\n"),
    "bind_bad": (TOP + "server:\n  bind: [", "x%d, ", "]\n"),
    "server_with": (TOP + "server:\n  with:\n", "    s%d: 1\n", ""),
    "swallow": (VALUES, "    K%d: a #b\n", ""),
    "tabs": (VALUES + "    K: a", "\t", "\n"),
    "tabs2": (VALUES, "    K%d: a\t#b\n", ""),
    "invisible": (VALUES + "    K: a", "\u200b", "\n"),
    "invis_lines": (VALUES, "    K%d: \u200b\n", ""),
    "comments": (TOP, "# assembler: ignore[x%d]\n", ""),
    "comments2": (TOP, "# assembler: ignore[wrong-type]\n", ""),
    "comments3": (TOP + "# assembler: ignore[", "wrong-type,", "]\n"),
    "comments4": (TOP + "# assembler: ignore[", "x,", "]\n"),
    "comments5": (TOP, "a: 1 # assembler: ignore[unknown-key]\n", ""),
    "comments6": ("", "# assembler: ignore-file[unknown-key]\n", ""),
    "syntax": (TOP + "a: [", "'a' 'b', ", ""),
    "quotes": (TOP + "a: '", "''", "'\n"),
    "esc": (TOP + 'a: "', "\\x41", '"\n'),
    "anchors": (VALUES, "    K%d: &a%d 1\n", ""),
    "alias_unknown": (VALUES, "    K%d: &a%d 1\n", "    Z: *zz\n"),
    "aliases": (VALUES + "    A: &a [1,1,1]\n", "    K%d: *a\n", ""),
    "brackets": (TOP + "a: ", "[", ""),
    "braces": (TOP + "a: ", "{", ""),
    "qmarks": ("", "? ", ""),
    "dashes": ("", "- ", ""),
    "colons": ("", ": ", ""),
    "percents": ("", "%a\n", ""),
    "hash": ("", "#\n", ""),
    "nl": ("", "\n", ""),
    "cr": ("", "\r", ""),
    "crlf": ("", "\r\n", ""),
    "spaces": ("", " ", ""),
    "spaces_nl": ("", " \n", ""),
    "dots": ("", "...\n", ""),
    "docs": ("", "---\n", ""),
    "bang": ("", "!a ", ""),
    "bar": (TOP + "a: |\n", "  x\n", ""),
    "long_plain": (TOP + "description: ", "a b ", ""),
    "long_lines": (TOP + "description: a\n", "  b\n", ""),
    "missing_space": (TOP, "a%d:b\n", ""),
    "missing_space_flow": (TOP + "a: {", "a%d:b, ", "}\n"),
    "missing_dash": (TOP + "extensions:\n", "  -a%d\n", ""),
    "dates": (VALUES, "    K%d: 2024-01-%d\n", ""),
    "sexa": (VALUES, "    K%d: 1:30\n", ""),
    "bools": (VALUES, "    K%d: no\n", ""),
    "zeros": (VALUES, "    K%d: 0755\n", ""),
    "bignum": (VALUES + "    K: ", "9", "\n"),
    "bignum2": (VALUES + "    K: ", "1_1", "\n"),
    "bignum3": (VALUES + "    K: 1", "e9", "\n"),
    "sexlong": (VALUES + "    K: 1", ":10", "\n"),
    "secrets": (VALUES, "    SECRET%d_KEY: abcdef%d\n", ""),
    "urls": (VALUES, "    K%d: postgresql://u:p@h/d%d\n", ""),
    "uris": (VALUES + "    SQLALCHEMY_DATABASE_URI: postgresql://", "a:b@", "x\n"),
    "dup_names_blue": (STEPS, "- {use: shop.auth:blueprint, name: n%d, with: {name: x}}\n", ""),
    "directories": (STEPS + "- use: directories\n  with:\n    paths: [", "../x%d, ", "]\n"),
    "proxy": (STEPS, "- {use: proxy_fix, name: p%d}\n", ""),
    "database": (
        STEPS,
        "- {use: database, name: p%d, with: {db: {$import: 'shop.models:db'}}}\n",
        "",
    ),
    "middleware": (STEPS, "- {use: shop:m, as: middleware, name: p%d}\n", ""),
    "errorh": (
        STEPS,
        "- {use: shop:m, as: error_handler, name: p%d, with: {for: [404, 500]}}\n",
        "",
    ),
    "adapters": (STEPS, "- {use: shop:m, as: x%d, name: p%d}\n", ""),
    "file_refs": (VALUES, "    K%d: {$file: f%d}\n", ""),
}


def build_dense(limit_bytes: int) -> dict[str, bytes]:
    """Return each, as long as ``limit_bytes`` allows, by what it repeats."""
    return {name: _build(*parts, limit_bytes) for name, parts in DENSE.items()}


def _build(head: str, unit: str, tail: str, limit_bytes: int) -> bytes:
    parts, size = [head.encode()], len(head) + len(tail)
    while True:
        part = unit.replace("%d", str(len(parts))).encode()
        size += len(part)
        if size > limit_bytes:
            return b"".join([*parts, tail.encode()])
        parts.append(part)
