"""Parse profiles and check their shape with the least that can do it: the distance to `lint`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import yaml

from assembler.language.shape import ProfileShape

__all__ = ["main"]


def construct(node: Any, path: str) -> Any:  # noqa: ANN401 - YAML holds anything
    """Return the value of a node; duplicate keys and tags are refused, as `lint` has it."""
    if isinstance(node, yaml.MappingNode):
        built: dict[str, Any] = {}
        for key, value in node.value:
            if key.value in built:
                raise SystemExit(f"{path}: duplicate key {key.value!r}")
            built[key.value] = construct(value, path)
        return built
    if isinstance(node, yaml.SequenceNode):
        return [construct(item, path) for item in node.value]
    if node.tag == "tag:yaml.org,2002:int":
        return int(node.value)
    if node.tag == "tag:yaml.org,2002:bool":
        return node.value == "true"
    return node.value


def as_step(item: Any) -> Any:  # noqa: ANN401 - as above
    """Return a step that is just a text as a mapping."""
    return {"use": item} if isinstance(item, str) else item


def main(folder: str) -> None:
    """Check every profile of a folder."""
    for file in sorted(Path(folder).glob("*.yaml")):
        with file.open("rb") as stream:
            built = construct(yaml.compose(stream, yaml.CSafeLoader), str(file))
        for name in ("patches", "config", "extensions"):
            built[name] = [as_step(item) for item in built[name]]
        # What an interpolation gives, since the types say what it must become.
        built.pop("debug")
        built["server"].pop("workers")
        ProfileShape.model_validate(built)


if __name__ == "__main__":
    main(sys.argv[1])
