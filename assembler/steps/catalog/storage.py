"""Give the app a storage for files: a folder, or a bucket of S3, GCS or Azure."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import unquote, urlsplit

from pydantic import AfterValidator, Field, model_validator

from assembler.diagnostics.faults import StepFault
from assembler.language.flags import Flag
from assembler.steps.forms import CatalogStep, FrozenOptions
from assembler.steps.named_places import NamesFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from obstore.store import ObjectStore

    from assembler.steps.forms import StepContext
    from assembler.steps.object_storage import Storage

__all__ = ["STEP", "StorageOptions"]

SCHEMES = ("file", "s3", "s3a", "gs", "az", "adl", "azure", "abfs", "abfss", "memory")
CHECK_SECONDS = 2
CHECK_PREFIX = ".assembler-readiness/"


def _check_url(url: str | None) -> str | None:
    if url is None:
        return None
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES:
        message = "expected file://, s3://, gs://, az:// or memory://"
        raise ValueError(message)
    if parts.scheme == "file" and (parts.netloc or not parts.path.startswith("/")):
        message = "expected file:/// and an absolute path; a relative one is a `folder`"
        raise ValueError(message)
    if parts.scheme not in {"file", "memory"} and not parts.netloc:
        message = f"expected the name of a bucket or container, as {parts.scheme}://NAME/PREFIX"
        raise ValueError(message)
    return url


class StorageOptions(FrozenOptions):
    """Where files are, and how long is waited for them."""

    url: Annotated[str | None, AfterValidator(_check_url), NamesFile("root", is_url=True)] = Field(
        None,
        description="file:///PATH, s3://BUCKET/PREFIX, gs://…, az://CONTAINER/…, or memory:// for "
        "tests; default: none, `folder` is given.",
    )
    folder: Annotated[str | None, NamesFile("instance")] = Field(
        None,
        description="A folder, relative to the instance folder; default: none, `url` is given.",
    )
    settings: dict[str, str | bool] = Field(
        {},
        description="What the bucket's service needs, by obstore's names, such as `region`, "
        "`endpoint` and `access_key_id`; default: the environment's, such as AWS_REGION.",
    )
    allow_http: Flag = Field(
        default=False, description="Whether the service may be asked without TLS."
    )
    connect_timeout_seconds: float = Field(
        5.0, gt=0, description="How long connecting to the service may take."
    )
    timeout_seconds: float = Field(30.0, gt=0, description="How long one request to it may take.")
    retries: int = Field(
        3, ge=0, le=100, description="How often a request that fails is tried again."
    )
    retry_timeout_seconds: float = Field(
        20.0, gt=0, lt=300, description="For how long it is tried again."
    )
    threads: int = Field(
        16, ge=1, le=1000, description="How many calls are made at once under gevent."
    )
    check: Flag = Field(
        default=True, description="Whether readiness asks for the folder or the bucket."
    )

    @model_validator(mode="after")
    def _check_which(self) -> StorageOptions:
        if (self.url is None) == (self.folder is None):
            message = "expected one of `url` and `folder`"
            raise ValueError(message)
        return self


def apply_storage(context: StepContext, options: StorageOptions) -> Storage:
    """Make the storage, and a folder that is not there; asks no service.

    The library must not be used before a fork: nothing is read while the app is assembled. Keeps
    the storage as ``app.extensions["storage"]``.
    """
    from assembler.steps.object_storage import Storage

    within = timedelta(seconds=options.retry_timeout_seconds)
    threads = options.threads if _is_patched() else None
    with _telling(options):
        store = _build_local(context, options)
        asked = store or _build_bucket(options, {"max_retries": 0}, CHECK_SECONDS)
        store = store or _build_bucket(
            options, {"max_retries": options.retries, "retry_timeout": within}
        )
    storage = Storage(store, threads=threads)
    context.on_close(storage.close)
    context.app.extensions["storage"] = storage
    if options.check:
        checked = Storage(asked, threads=threads and 1)
        context.on_close(checked.close)
        context.report.add_check("storage", partial(checked.list, CHECK_PREFIX))
    return storage


def _is_patched() -> bool:
    monkey = sys.modules.get("gevent.monkey")
    return monkey is not None and monkey.is_module_patched("threading")


def _build_local(context: StepContext, options: StorageOptions) -> ObjectStore | None:
    """Return a store in a folder or in memory; ``None``: the URL is a bucket's."""
    from obstore.store import LocalStore, MemoryStore

    if options.folder is not None:
        return LocalStore(Path(context.app.instance_path, options.folder), mkdir=True)
    parts = urlsplit(options.url or "")
    if parts.scheme == "file":
        return LocalStore(unquote(parts.path), mkdir=True)
    return MemoryStore() if parts.scheme == "memory" else None


def _build_bucket(
    options: StorageOptions, retries: dict[str, Any], limit_seconds: float | None = None
) -> ObjectStore:
    from obstore.store import from_url

    build: Any = from_url  # which settings belong to which store, it tells at run
    limit = limit_seconds or options.timeout_seconds
    connect = min(limit, options.connect_timeout_seconds)
    client = {
        "allow_http": options.allow_http,
        "timeout": timedelta(seconds=limit),
        "connect_timeout": timedelta(seconds=connect),
    }
    store: ObjectStore = build(
        options.url, config=options.settings, client_options=client, retry_config=retries
    )
    return store


@contextmanager
def _telling(options: StorageOptions) -> Iterator[None]:
    """Place what the library says; only its first line, as those below repeat the settings."""
    from obstore.exceptions import BaseError

    try:
        yield
    except (BaseError, OSError, ValueError) as error:
        said = str(error).partition("\n")[0].strip().rstrip(".")
        option = "url" if options.folder is None else "folder"
        hint = "Correct the URL, or name a folder that this user may write to."
        if type(error).__name__ == "UnknownConfigurationKeyError":
            option, hint = "settings", "Write it as obstore's documentation of the store has it."
        message = f"the storage cannot be made: {said}"
        raise StepFault(message, hint=hint, option=(option,)) from error


STEP = CatalogStep(
    name="storage",
    group="data",
    summary="Give the app a storage for files: a folder, or a bucket of S3, GCS or Azure.",
    options=StorageOptions,
    apply=apply_storage,
    packages=("obstore",),
    extra="storage",
    once=True,
)
