"""The catalogue step `compress`."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, get_args

import pytest
from flask import Flask
from flask_compress import Compress
from pydantic import ValidationError

from assembler.steps.catalog.compress import Algorithm, CompressOptions
from tests.support.step_context import StepBench, apply_step

if TYPE_CHECKING:
    from pathlib import Path

PAGE = "shelf " * 200
ALL_OPTIONS: dict[str, object] = {
    "algorithm": ["gzip"],
    "algorithm_streaming": ["deflate"],
    "mimetypes": ["text/html"],
    "min_size_bytes": "100",
    "level": 9,
    "deflate_level": 1,
    "zstd_level": 4,
    "br_level": 5,
    "br_mode": 1,
    "br_window": 20,
    "br_block": 16,
    "streams": "off",
    "evaluate_conditional_request": False,
    "streaming_endpoint_conditional": ["static", "media"],
    "cache_key": str,
    "cache_backend": dict,
}


@pytest.fixture
def context(tmp_path: Path) -> StepBench:
    """Return the context of a step on an app with one page that is worth compressing."""
    app = Flask(__name__)
    app.add_url_rule("/", view_func=lambda: PAGE)
    return StepBench(app, tmp_path)


def test_an_answer_is_compressed_for_whoever_asks(context: StepBench) -> None:
    """What arrives is shorter, and is the page."""
    apply_step(context, "compress")

    answer = context.app.test_client().get("/", headers={"Accept-Encoding": "gzip"})

    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.data).decode() == PAGE
    assert len(answer.data) < len(PAGE)


def test_options_decide_what_is_compressed_and_how(context: StepBench) -> None:
    """A page below the size stays plain, and only the algorithms named are used."""
    apply_step(context, "compress", algorithm=["gzip"], min_size_bytes=len(PAGE) + 1)
    context.app.add_url_rule("/long", "long", lambda: PAGE * 2)
    client = context.app.test_client()
    headers = {"Accept-Encoding": "br, zstd, gzip"}

    assert "Content-Encoding" not in client.get("/", headers=headers).headers
    assert client.get("/long", headers=headers).headers["Content-Encoding"] == "gzip"


def test_every_option_is_a_setting_of_the_library(context: StepBench) -> None:
    """A name that the library does not know would be in force for nothing."""
    by_hand = Flask(__name__)
    Compress(by_hand)
    known = {key for key in by_hand.config if key.startswith("COMPRESS_")}

    step = {name: value for name, value in ALL_OPTIONS.items() if name != "cache_backend"}
    apply_step(context, "compress", **step)

    assert set(ALL_OPTIONS) == set(CompressOptions.model_fields)
    assert {key for key in context.app.config if key.startswith("COMPRESS_")} == known
    assert context.app.config["COMPRESS_MIN_SIZE"] == 100
    assert context.app.config["COMPRESS_STREAMS"] is False


def test_a_cache_that_the_project_makes_is_used(context: StepBench) -> None:
    """The second answer comes from it."""
    made: list[dict[str, bytes]] = []

    class Cache(dict[str, bytes]):
        def __init__(self) -> None:
            super().__init__()
            made.append(self)

        def set(self, key: str, value: bytes) -> None:
            self[key] = value

    compress = apply_step(
        context, "compress", cache_backend=Cache, cache_key=lambda request: request.full_path
    )
    context.app.test_client().get("/", headers={"Accept-Encoding": "gzip"})

    assert compress.cache is made[0]
    assert len(made[0]) == 1


def test_what_is_left_out_is_as_a_hand_written_factory_has_it(context: StepBench) -> None:
    """The config's settings stay, and the library's fill the rest."""
    by_hand = Flask(__name__)
    by_hand.config["COMPRESS_LEVEL"] = context.app.config["COMPRESS_LEVEL"] = 2
    Compress(by_hand)

    apply_step(context, "compress")

    assert context.app.config == by_hand.config


def test_the_algorithms_are_those_that_the_library_has(context: StepBench) -> None:
    """A new one of the library's shows here that the type is to be widened."""
    compress = apply_step(context, "compress")

    assert set(compress.enabled_algorithms) == set(get_args(Algorithm))


@pytest.mark.parametrize(
    "options",
    [{"algorithm": ["zip"]}, {"algorithm": []}, {"level": 10}, {"br_level": 12}, {"levle": 3}],
)
def test_what_the_library_would_stumble_over_is_refused(options: dict[str, object]) -> None:
    """At lint, not at the first request."""
    with pytest.raises(ValidationError):
        CompressOptions.model_validate(options)
