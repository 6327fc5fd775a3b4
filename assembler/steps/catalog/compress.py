"""Compress what the app answers, with Flask-Compress."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from assembler.language.flags import Flag
from assembler.steps.forms import CatalogStep, Options, ReferredObject

if TYPE_CHECKING:
    from flask_compress import Compress

    from assembler.steps.forms import StepContext

__all__ = ["STEP", "CompressOptions"]

Algorithm = Literal["zstd", "br", "gzip", "deflate"]


class CompressOptions(Options):
    """Flask-Compress's own settings; one that is left out is the config's, else the library's."""

    algorithm: list[Algorithm] | None = Field(
        default=None, min_length=1, description="What may be used, the preferred first."
    )
    algorithm_streaming: list[Algorithm] | None = Field(
        default=None, description="What may be used for answers that are streamed."
    )
    mimetypes: list[str] | None = Field(
        default=None, min_length=1, description="Which kinds of answers are compressed."
    )
    min_size_bytes: int | None = Field(
        default=None, ge=0, description="Answers shorter than this are left alone."
    )
    level: int | None = Field(
        default=None, ge=0, le=9, description="How hard gzip tries: 0, not at all, to 9."
    )
    deflate_level: int | None = Field(
        default=None, ge=-1, le=9, description="How hard deflate tries: 0 to 9; -1: zlib's choice."
    )
    zstd_level: int | None = Field(
        default=None, ge=1, le=22, description="How hard Zstandard tries: 1 to 22."
    )
    br_level: int | None = Field(
        default=None, ge=0, le=11, description="How hard Brotli tries: 0 to 11."
    )
    br_mode: int | None = Field(
        default=None, ge=0, le=2, description="What Brotli expects: 0 anything, 1 text, 2 fonts."
    )
    br_window: int | None = Field(
        default=None, ge=10, le=24, description="Brotli's window, as a power of two bytes."
    )
    br_block: int | None = Field(
        default=None,
        ge=0,
        le=24,
        description="Brotli's block, as a power of two bytes; 0: its choice.",
    )
    streams: Flag | None = Field(
        default=None, description="Whether answers that are streamed are compressed."
    )
    evaluate_conditional_request: Flag | None = Field(
        default=None, description="Whether `If-None-Match` is answered after compressing."
    )
    streaming_endpoint_conditional: list[str] | None = Field(
        default=None, description="Endpoints that answer `If-None-Match` although they stream."
    )
    cache_key: ReferredObject = Field(
        default=None,
        description="A callable, as {$import: …}, that gives a request's key in the cache.",
    )
    cache_backend: ReferredObject = Field(
        default=None,
        description="A callable, as {$import: …}, that makes a cache with `get` and `set`.",
    )


def apply_compress(context: StepContext, options: CompressOptions) -> Compress:
    """Put the options that are given into the config, and let Flask-Compress read it."""
    from flask_compress import Compress

    for name, value in options.model_dump(exclude_none=True).items():
        context.app.config[f"COMPRESS_{name.removesuffix('_bytes').upper()}"] = value
    compress = Compress()
    compress.init_app(context.app)
    return compress


STEP = CatalogStep(
    name="compress",
    summary="Compress answers, through Flask-Compress.",
    options=CompressOptions,
    apply=apply_compress,
    packages=("flask_compress",),
    extra="compress",
)
