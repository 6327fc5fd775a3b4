"""List Celery's own settings, as a profile may write them, and the kind of value that each takes.

Source: Celery 5.7, ``celery.app.defaults``; a test compares them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault, raise_faults
from assembler.diagnostics.suggestion import render_suggestion
from assembler.document.nodes import MappingNode, ScalarNode
from assembler.steps.key_kinds import FLAG, INTEGER, SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from assembler.steps.key_kinds import KeyKind

__all__ = ["SETTINGS", "find_setting_faults", "read_settings"]

FLAGS = """
    beat_enable_remote_control broker_channel_error_retry broker_connection_retry
    broker_connection_retry_on_startup control_queue_durable control_queue_exclusive
    database_create_tables_at_setup database_short_lived_sessions
    elasticsearch_retry_on_timeout elasticsearch_save_meta_as_text enable_utc
    event_queue_durable event_queue_exclusive redis_retry_on_timeout redis_socket_keepalive
    result_backend_always_retry result_extended result_persistent task_acks_late
    task_acks_on_failure task_acks_on_failure_or_timeout task_acks_on_timeout
    task_allow_error_cb_on_chord_header task_always_eager task_create_missing_queues
    task_eager_propagates task_ignore_result task_inherit_parent_priority task_publish_retry
    task_reject_on_worker_lost task_remote_tracebacks task_retry_on_worker_lost
    task_send_sent_event task_store_eager_result task_store_errors_even_if_ignored
    task_track_started worker_cancel_long_running_tasks_on_connection_loss
    worker_deduplicate_successful_tasks worker_detect_quorum_queues worker_direct
    worker_disable_prefetch worker_disable_rate_limits worker_enable_prefetch_count_reduction
    worker_enable_remote_control worker_enable_soft_shutdown_on_idle worker_hijack_root_logger
    worker_log_color worker_pool_putlocks worker_pool_restarts worker_redirect_stdouts
    worker_send_task_events
"""
INTEGERS = """
    azureblockblob_connection_timeout azureblockblob_read_timeout
    azureblockblob_retry_increment_base azureblockblob_retry_initial_backoff_sec
    azureblockblob_retry_max_attempts beat_cron_starting_deadline beat_sync_every
    broker_connection_max_retries broker_heartbeat broker_heartbeat_checkrate
    broker_pool_limit broker_port cosmosdbsql_max_retry_attempts
    cosmosdbsql_max_retry_wait_time elasticsearch_max_retries redis_db redis_max_connections
    redis_port result_backend_base_sleep_between_retries_ms
    result_backend_max_sleep_between_retries_ms result_cache_max task_protocol
    task_queue_max_priority task_repr_maxlevels worker_eta_task_limit
    worker_max_memory_per_child worker_max_tasks_per_child worker_prefetch_multiplier
"""
NUMBERS = """
    beat_max_loop_interval beat_remote_control_max_tick_age broker_connection_timeout
    broker_pool_acquire_timeout control_queue_expires control_queue_ttl elasticsearch_timeout
    event_queue_expires event_queue_ttl redis_socket_connect_timeout redis_socket_timeout
    result_chord_expires result_chord_join_timeout result_chord_retry_interval
    result_failure_expires task_soft_time_limit task_time_limit worker_proc_alive_timeout
    worker_soft_shutdown_timeout worker_timer_precision
"""
OTHERS = """
    accept_content arangodb_backend_settings azureblockblob_base_path
    azureblockblob_container_name beat_schedule beat_schedule_filename beat_scheduler
    broker_failover_strategy broker_host broker_login_method
    broker_native_delayed_delivery_queue_type broker_password broker_read_url broker_transport
    broker_transport_options broker_url broker_use_ssl broker_user broker_vhost
    broker_write_url cache_backend cache_backend_options cassandra_auth_kwargs
    cassandra_auth_provider cassandra_bundle_path cassandra_entry_ttl cassandra_keyspace
    cassandra_options cassandra_port cassandra_read_consistency cassandra_servers
    cassandra_table cassandra_write_consistency control_exchange cosmosdbsql_collection_name
    cosmosdbsql_consistency_level cosmosdbsql_database_name couchbase_backend_settings
    database_engine_callback database_engine_options database_table_names
    database_table_schemas database_url event_exchange event_queue_prefix event_serializer
    gcs_base_path gcs_bucket gcs_project gcs_ttl imports include mongodb_backend_settings
    redis_backend_use_ssl redis_host redis_password redis_username result_accept_content
    result_backend result_backend_max_retries result_backend_transport_options
    result_compression result_exchange result_exchange_type result_expires result_serializer
    s3_access_key_id s3_base_path s3_bucket s3_endpoint_url s3_region s3_secret_access_key
    security_cert_store security_certificate security_digest security_key
    security_key_password task_annotations task_compression
    task_create_missing_queue_exchange_type task_create_missing_queue_type
    task_default_delivery_mode task_default_exchange task_default_exchange_type
    task_default_priority task_default_queue task_default_queue_type task_default_rate_limit
    task_default_routing_key task_publish_retry_policy task_queues task_routes task_serializer
    timezone worker_agent worker_autoscaler worker_concurrency worker_consumer
    worker_log_datefmt worker_log_format worker_lost_wait worker_pool worker_pool_start_method
    worker_redirect_stdouts_level worker_state_db worker_task_log_datefmt
    worker_task_log_format worker_timer
"""
KINDS: dict[str, KeyKind | None] = {FLAGS: FLAG, INTEGERS: INTEGER, NUMBERS: SECONDS, OTHERS: None}
SETTINGS = {name: kind for names, kind in KINDS.items() for name in names.split()}
# Each has a place of its own in a profile.
ELSEWHERE = {
    **dict.fromkeys(
        ("beat_schedule", "broker_url", "include", "result_backend", "task_routes"),
        "`{}` of the step `celery`",
    ),
    "imports": "`include` of the step `celery`",
    **{
        f"worker_{key}": f"`worker.{key}`"
        for key in ("concurrency", "max_tasks_per_child", "pool", "prefetch_multiplier")
    },
    **dict.fromkeys(
        ("security_cert_store", "security_certificate", "security_key"),
        "it on your own instance, which `app` of the step `celery` takes",
    ),
    "beat_schedule_filename": "`--schedule` of the command line",
    "worker_state_db": "`--statedb` of the command line",
    **{f"task_{key}": f"`worker.{key}`" for key in ("soft_time_limit", "time_limit")},
}
PREFIX = "worker_"  # of a worker's own


def find_setting_faults(options: MappingNode, *, of_worker: bool = False) -> Iterator[StepFault]:
    """Yield what is wrong with settings as they are written; pure.

    Args:
        options: The mapping.
        of_worker: Whether only those of a worker are allowed.
    """
    for key, entry in options.entries.items():
        fault = _find_name_fault(key, of_worker=of_worker)
        value = entry.value
        is_literal = isinstance(value, ScalarNode) and not value.unknown
        if fault is None and is_literal and isinstance(value, ScalarNode):
            try:
                _read(key, value.value)
            except StepFault as wrong:
                fault = wrong
        if fault is not None:
            fault.option = (key,)
            yield fault


def read_settings(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings with each string that stands for a number or a boolean read.

    Raises:
        StepFault: at each that is unknown or of another kind.
    """
    settings: dict[str, Any] = {}
    faults: list[StepFault] = []
    for key, value in values.items():
        fault = _find_name_fault(key)
        try:
            settings[key] = value if fault is not None else _read(key, value)
        except StepFault as wrong:
            fault = wrong
        if fault is not None:
            fault.option = (key,)
            faults.append(fault)
    raise_faults(faults)
    return settings


def _find_name_fault(key: str, *, of_worker: bool = False) -> StepFault | None:
    if key in ELSEWHERE:
        place = ELSEWHERE[key].format(key)
        return StepFault(
            f'"{key}" is not allowed here', hint=f"Set {place}.", code=codes.WRONG_OPTION
        )
    known = [name for name in SETTINGS if name.startswith(PREFIX)] if of_worker else SETTINGS
    if key in known:
        return None
    if key in SETTINGS:
        where = "Set it in `settings` of the step `celery`."
        return StepFault(
            f'"{key}" is not a setting of a worker', hint=where, code=codes.WRONG_OPTION
        )
    hint = render_suggestion(key, known, "Use a setting of Celery's, in lower case.")
    return StepFault(f'unknown Celery setting "{key}"', hint=hint, code=codes.WRONG_OPTION)


def _read(key: str, value: object) -> object:
    kind = SETTINGS[key]
    if not isinstance(value, str) or kind is None:
        return value
    try:
        return kind.read(value)
    except ValueError as error:
        message = f"{key}: expected {kind.words}, got a string"
        hint = kind.find_remedy(value)
        raise StepFault(message, hint=hint, option=(key,), code=codes.WRONG_OPTION) from error
