"""Compress responses, with Flask-Compress."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from assembler.language.flags import Flag
from assembler.steps.forms import CatalogStep, FrozenOptions, ReferredObject

if TYPE_CHECKING:
    from flask_compress import Compress

    from assembler.steps.forms import StepContext

__all__ = ["STEP", "CompressOptions"]

Algorithm = Literal["zstd", "br", "gzip", "deflate"]


class CompressOptions(FrozenOptions):
    """Flask-Compress's own settings; default: the config's, else the library's."""

    algorithm: list[Algorithm] | None = Field(
        None,
        min_length=1,
        description="Algorithms to use, the preferred first; default: zstd, br, gzip, deflate.",
    )
    algorithm_streaming: list[Algorithm] | None = Field(
        None, description="Algorithms to use for streamed responses; default: zstd, br, deflate."
    )
    mimetypes: list[str] | None = Field(
        None,
        min_length=1,
        description="MIME types to compress; default: those of text, fonts, JSON, XML and SVG.",
    )
    min_size_bytes: int | None = Field(
        None, ge=0, description="Leave shorter responses alone; default: 500."
    )
    level: int | None = Field(
        None, ge=0, le=9, description="gzip's level, 0 (none) to 9; default: 6."
    )
    deflate_level: int | None = Field(
        None, ge=-1, le=9, description="deflate's level, 0 to 9; -1: zlib's default."
    )
    zstd_level: int | None = Field(
        None, ge=1, le=22, description="Zstandard's level, 1 to 22; default: 3."
    )
    br_level: int | None = Field(
        None, ge=0, le=11, description="Brotli's level, 0 to 11; default: 4."
    )
    br_mode: int | None = Field(
        None, ge=0, le=2, description="Brotli's mode: 0 generic, 1 text, 2 fonts; default: 0."
    )
    br_window: int | None = Field(
        None, ge=10, le=24, description="Brotli's window, as a power of two bytes; default: 22."
    )
    br_block: int | None = Field(
        None,
        ge=0,
        le=24,
        description="Brotli's block, as a power of two bytes; 0: automatic. Default: 0.",
    )
    streams: Flag | None = Field(
        None, description="Whether to compress streamed responses; default: true."
    )
    evaluate_conditional_request: Flag | None = Field(
        None, description="Whether to evaluate `If-None-Match` after compressing; default: true."
    )
    streaming_endpoint_conditional: list[str] | None = Field(
        None, description="Streaming endpoints that evaluate `If-None-Match`; default: static."
    )
    cache_key: ReferredObject = Field(
        None,
        description="A callable, as {$import: …}, that returns a request's cache key; default: "
        "none, nothing is cached.",
    )
    cache_backend: ReferredObject = Field(
        None,
        description="A callable, as {$import: …}, that returns a cache with `get` and `set`; "
        "default: none, nothing is cached.",
    )


def apply_compress(context: StepContext, options: CompressOptions) -> Compress:
    """Put the options into the config, which Flask-Compress reads."""
    from flask_compress import Compress

    for name, value in vars(options).items():
        if value is not None:
            context.app.config[f"COMPRESS_{name.removesuffix('_bytes').upper()}"] = value
    compress = Compress()
    compress.init_app(context.app)
    return compress


STEP = CatalogStep(
    name="compress",
    group="requests",
    summary="Compress responses, through Flask-Compress.",
    options=CompressOptions,
    apply=apply_compress,
    packages=("flask_compress",),
    extra="compress",
)
