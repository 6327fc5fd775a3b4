"""List the codes of diagnostics; a number is never reused."""

from __future__ import annotations

from typing import NamedTuple

from assembler.diagnostics.diagnostic import Code, Severity

__all__ = ["CODES", "RETIRED", "RetiredCode", "find_code", "find_retired"]

WARNING, INFO = Severity.WARNING, Severity.INFO

# 1xx: YAML
YAML_SYNTAX = Code("ASM101", "yaml-syntax")
ENCODING = Code("ASM102", "encoding")
FILE_TOO_LARGE = Code("ASM103", "file-too-large")
NESTED_TOO_DEEP = Code("ASM104", "nested-too-deep")
SEVERAL_DOCUMENTS = Code("ASM105", "several-documents")
NOT_A_MAPPING = Code("ASM106", "not-a-mapping")
DUPLICATE_KEY = Code("ASM107", "duplicate-key")
TAB = Code("ASM108", "tab")
CUSTOM_TAG = Code("ASM109", "custom-tag")
MERGE_KEY = Code("ASM110", "merge-key")
ALIAS_BOMB = Code("ASM111", "alias-bomb")
ALIAS_CYCLE = Code("ASM112", "alias-cycle")
KEY_NOT_TEXT = Code("ASM113", "key-not-text")
INVISIBLE_CHARACTER = Code("ASM114", "invisible-character")
SWALLOWED_COMMENT = Code("ASM115", "swallowed-comment", WARNING)
MISSING_SPACE = Code("ASM116", "missing-space")
BOOLEAN_WORD = Code("ASM117", "boolean-word", WARNING)
AMBIGUOUS_NUMBER = Code("ASM118", "ambiguous-number")
SEXAGESIMAL = Code("ASM119", "sexagesimal", WARNING)
DATE_TEXT = Code("ASM120", "date-text", WARNING)
FILE_NOT_FOUND = Code("ASM121", "file-not-found")
FILE_UNREADABLE = Code("ASM122", "file-unreadable")
QUOTE_INTERPOLATION = Code("ASM123", "quote-interpolation")
NUMBER_TOO_LONG = Code("ASM124", "number-too-long")
UNUSED_IGNORE = Code("ASM125", "unused-ignore", WARNING)
MALFORMED_IGNORE = Code("ASM126", "malformed-ignore")
FILE_NOT_WRITTEN = Code("ASM127", "file-not-written")
CURLY_QUOTES = Code("ASM128", "curly-quotes", WARNING)
ENV_FILE_BROKEN = Code("ASM132", "env-file-broken")
ENV_FILE_NOT_IN_FORCE = Code("ASM133", "env-file-not-in-force", INFO)
EXPANSION_TOO_LARGE = Code("ASM134", "expansion-too-large")
MORE_FINDINGS = Code("ASM135", "more-findings")

# 2xx: shape
UNKNOWN_KEY = Code("ASM201", "unknown-key")
WRONG_TYPE = Code("ASM202", "wrong-type")
MISSING_KEY = Code("ASM203", "missing-key")
UNKNOWN_VERSION = Code("ASM204", "unknown-version")
WRONG_VALUE = Code("ASM205", "wrong-value")
DUPLICATE_NAME = Code("ASM206", "duplicate-name")
BAD_CONDITION = Code("ASM207", "bad-condition")
BAD_REFERENCE_MAPPING = Code("ASM208", "bad-reference-mapping")
REFERENCE_NOT_HERE = Code("ASM209", "reference-not-here")
TRAILING_COLON = Code("ASM210", "trailing-colon")
BAD_OBJECT_REFERENCE = Code("ASM211", "bad-object-reference")
NOT_A_PROFILE = Code("ASM212", "not-a-profile")

# 3xx: composition and interpolation
EXTENDS_CYCLE = Code("ASM301", "extends-cycle")
EXTENDS_MISSING = Code("ASM302", "extends-missing")
EXTENDS_OUTSIDE_ROOT = Code("ASM303", "extends-outside-root")
UNSET_VARIABLE = Code("ASM304", "unset-variable")
MALFORMED_INTERPOLATION = Code("ASM305", "malformed-interpolation")
INTERPOLATION_NOT_HERE = Code("ASM306", "interpolation-not-here")
REQUIRED_VARIABLE = Code("ASM307", "required-variable")
OVERRIDE_MATCHES_NOTHING = Code("ASM308", "override-matches-nothing")
UNKNOWN_CONSTRAINT = Code("ASM309", "unknown-constraint")
ORDER_BROKEN = Code("ASM310", "order-broken")
ABSTRACT_PROFILE = Code("ASM311", "abstract-profile")
OVERLAY_CHANGES_NOTHING = Code("ASM312", "overlay-changes-nothing", WARNING)
VARIABLE_DEFAULTS_DIFFER = Code("ASM313", "variable-defaults-differ", WARNING)
CONSTRAINT_CYCLE = Code("ASM314", "constraint-cycle")
STEP_REPLACED = Code("ASM315", "step-replaced", WARNING)

# 4xx: patches and runners
UNKNOWN_PATCH = Code("ASM401", "unknown-patch")
PATCH_ORDER = Code("ASM402", "patch-order")
PATCH_NEED_MISSING = Code("ASM403", "patch-need-missing")
PATCH_TOO_LATE = Code("ASM404", "patch-too-late")
PATCH_NOT_LIVE = Code("ASM405", "patch-not-live")
PATCH_LIST_DIFFERS = Code("ASM406", "patch-list-differs")
PROCESS_IS_PATCHED = Code("ASM407", "process-is-patched")
WORKER_NOT_PATCHED = Code("ASM408", "worker-not-patched")
PRELOAD_WITH_GEVENT = Code("ASM409", "preload-with-gevent")
BLOCKING_DRIVER = Code("ASM410", "blocking-driver")
UNKNOWN_SERVER_SETTING = Code("ASM411", "unknown-server-setting")
WRONG_SERVER_SETTING = Code("ASM412", "wrong-server-setting")
DEBUG_BEYOND_LOOPBACK = Code("ASM413", "debug-beyond-loopback")
ADDRESS_IN_USE = Code("ASM414", "address-in-use")
WRONG_BIND = Code("ASM415", "wrong-bind")
SERVER_NEEDS_PATCH = Code("ASM416", "server-needs-patch")
BREAKPOINTS_UNDER_GEVENT = Code("ASM417", "breakpoints-under-gevent", WARNING)
PACKAGE_MISSING = Code("ASM418", "package-missing")
PATCH_FAILED = Code("ASM419", "patch-failed")
SERVER_KEYS_NOT_IN_FORCE = Code("ASM420", "server-keys-not-in-force", INFO)
DRIVER_MISSING = Code("ASM422", "driver-missing", WARNING)
PATCH_MISSING = Code("ASM423", "patch-missing", WARNING)
IMPORTED_BEFORE_PATCHES = Code("ASM424", "imported-before-patches", WARNING)
ROLE_NOT_SERVED = Code("ASM425", "role-not-served")
BOOT_TIMED_OUT = Code("ASM426", "boot-timed-out")
RESTART_NEEDED = Code("ASM430", "restart-needed")
NO_SERVER_RUNS = Code("ASM431", "no-server-runs")
WORKER_KEY_NOT_ALLOWED = Code("ASM450", "worker-key-not-allowed")
POOL_NEEDS_PATCH = Code("ASM451", "pool-needs-patch")
NO_CELERY_STEP = Code("ASM452", "no-celery-step")
WORKER_SETTING = Code("ASM453", "worker-setting")
TOO_FEW_CONNECTIONS = Code("ASM454", "too-few-connections", WARNING)
POOL_WITHOUT_WORKER = Code("ASM455", "pool-without-worker", WARNING)
POLLING_WITH_WORKERS = Code("ASM460", "polling-with-workers", WARNING)
BROKEN_ENTRY_POINT = Code("ASM470", "broken-entry-point")
STEP_NAME_CLASH = Code("ASM471", "step-name-clash")
BEAT_RUNS_TWICE = Code("ASM472", "beat-runs-twice", WARNING)
SQLITE_NOT_SHARED = Code("ASM473", "sqlite-not-shared", WARNING)

# 5xx: extensions and references
UNKNOWN_NAME = Code("ASM502", "unknown-name")
MODULE_NOT_FOUND = Code("ASM503", "module-not-found")
ATTRIBUTE_NOT_FOUND = Code("ASM504", "attribute-not-found")
IMPORT_FAILED = Code("ASM505", "import-failed")
STEP_FAILED = Code("ASM506", "step-failed")
WRONG_ADAPTER = Code("ASM507", "wrong-adapter")
WRONG_OPTION = Code("ASM508", "wrong-option")
STEP_WAS_SKIPPED = Code("ASM509", "step-was-skipped")
UNKNOWN_STEP = Code("ASM510", "unknown-step")
APP_ATTRIBUTE_MISSING = Code("ASM511", "app-attribute-missing")
NOT_A_FLASK = Code("ASM512", "not-a-flask")
IMPORT_NAME_MISSING = Code("ASM513", "import-name-missing")
CALL_FAILED = Code("ASM514", "call-failed")
EXTRA_MISSING = Code("ASM515", "extra-missing")
SKIP_REFUSED = Code("ASM516", "skip-refused")
FORMAT_FAILED = Code("ASM517", "format-failed")
VALUE_FILE_UNREADABLE = Code("ASM518", "value-file-unreadable")
SAME_ROUTE_PREFIX = Code("ASM519", "same-route-prefix", WARNING)
SAME_BLUEPRINT_NAME = Code("ASM520", "same-blueprint-name")
PROXY_FIX_INSIDE = Code("ASM521", "proxy-fix-inside", WARNING)
USUAL_ORDER = Code("ASM522", "usual-order", WARNING)
NOT_CHECKED = Code("ASM523", "not-checked", INFO)
ASSEMBLING_TIMED_OUT = Code("ASM524", "assembling-timed-out")
ASSEMBLING_CRASHED = Code("ASM525", "assembling-crashed")
ARGUMENT_MISSING = Code("ASM526", "argument-missing")
UNKNOWN_ARGUMENT = Code("ASM527", "unknown-argument")
PROJECT_NOT_FOUND = Code("ASM528", "project-not-found")
STEP_OVERWRITES = Code("ASM530", "step-overwrites", WARNING)
ORDER_NOT_WRITTEN = Code("ASM531", "order-not-written", INFO)
READ_BEFORE_SET = Code("ASM532", "read-before-set", WARNING)
BOOT_BUDGET = Code("ASM533", "boot-budget")
FACTORY_FAILED = Code("ASM534", "factory-failed")
UNUSED_EXPECTATION = Code("ASM535", "unused-expectation", WARNING)
NOT_A_FACTORY = Code("ASM536", "not-a-factory")
FACTORY_NOT_WATCHED = Code("ASM537", "factory-not-watched", WARNING)

# 6xx: config
UNKNOWN_SOURCE = Code("ASM601", "unknown-source")
SOURCE_FAILED = Code("ASM602", "source-failed")
DEBUG_CONFLICT = Code("ASM603", "debug-conflict")
CONFIG_KEY_MISSING = Code("ASM604", "config-key-missing")
CONFIG_FILE_MISSING = Code("ASM605", "config-file-missing")
CONFIG_FILE_BROKEN = Code("ASM606", "config-file-broken")
SETTINGS_INVALID = Code("ASM607", "settings-invalid")
CONFIG_NOT_A_MAPPING = Code("ASM608", "config-not-a-mapping")
KEY_SET_TWICE = Code("ASM609", "key-set-twice", WARNING)
NEAR_MISS_KEY = Code("ASM610", "near-miss-key", WARNING)
OLD_DATABASE_SCHEME = Code("ASM612", "old-database-scheme", WARNING)
WRONG_DATABASE_URL = Code("ASM613", "wrong-database-url")
WRONG_CONFIG_VALUE = Code("ASM614", "wrong-config-value")
SURROUNDING_BLANKS = Code("ASM615", "surrounding-blanks")
STRING_CONFIG_VALUE = Code("ASM616", "string-config-value", WARNING)
UNSET_CONFIG_KEY = Code("ASM617", "unset-config-key", WARNING)
CALLER_CONFIG_MISSING = Code("ASM618", "caller-config-missing")
EMPTY_CONFIG_FILE = Code("ASM619", "empty-config-file", WARNING)

# 7xx: security and policy
NOT_ALLOWED = Code("ASM701", "not-allowed")
FILE_NOT_ALLOWED = Code("ASM702", "file-not-allowed")
DEFAULT_SECRET = Code("ASM703", "default-secret")
POLICY_BROKEN = Code("ASM704", "policy-broken")
LITERAL_SECRET = Code("ASM705", "literal-secret", WARNING)
READABLE_SECRET_FILE = Code("ASM706", "readable-secret-file", WARNING)
CORS_WITH_CREDENTIALS = Code("ASM707", "cors-with-credentials", WARNING)
PATH_AS_SECRET = Code("ASM708", "path-as-secret", WARNING)
CONSOLE_UNGUARDED = Code("ASM709", "console-unguarded")

# 8xx: across profiles
MIGRATIONS_PROFILE_UNCLEAR = Code("ASM801", "migrations-profile-unclear")
PROFILE_NOT_NAMED = Code("ASM802", "profile-not-named")
DATABASES_DIFFER = Code("ASM803", "databases-differ", WARNING)
BROKERS_DIFFER = Code("ASM804", "brokers-differ", WARNING)
MIGRATIONS_PATCHED = Code("ASM806", "migrations-patched", WARNING)
MIGRATIONS_WITHOUT_MODELS = Code("ASM807", "migrations-without-models", WARNING)
MIGRATIONS_DIFFER = Code("ASM808", "migrations-differ", WARNING)
TASK_NOT_IMPORTED = Code("ASM810", "task-not-imported", WARNING)

# 9xx: database
DATABASE_AWAY = Code("ASM901", "database-away")
MIGRATION_FAILED = Code("ASM902", "migration-failed")
SEVERAL_HEADS = Code("ASM903", "several-heads")
NO_MIGRATIONS = Code("ASM904", "no-migrations")
NOT_AT_HEAD = Code("ASM905", "not-at-head")
DATABASE_AHEAD = Code("ASM906", "database-ahead")
MIGRATION_LOCK = Code("ASM907", "migration-lock")
REVISION_ID_TOO_LONG = Code("ASM908", "revision-id-too-long")
JOURNAL_TABLE_MISSING = Code("ASM909", "journal-table-missing", WARNING)
SQL_NOT_WRITTEN = Code("ASM911", "sql-not-written")

CODES: tuple[Code, ...] = tuple(
    sorted(value for value in list(globals().values()) if isinstance(value, Code))
)


class RetiredCode(NamedTuple):
    """A code that nothing carries any more; its number is never given again."""

    number: str
    name: str
    version: str  # the first without it

    def __str__(self) -> str:
        """Return what to tell whoever still names it."""
        return f"the rule '{self.name}' ({self.number}) was dropped in version {self.version}"


RETIRED = (
    RetiredCode("ASM421", "useless-patch", "0.1.0"),
    RetiredCode("ASM611", "useless-source", "0.1.0"),
    RetiredCode("ASM805", "config-sources-differ", "0.1.0"),
    RetiredCode("ASM809", "unused-base", "0.1.0"),
)


def find_code(text: str) -> Code | None:
    """Return the code with that number or name, in any case; ``None`` if there is none."""
    return _BY_NAME.get(text.strip().lower())


def find_retired(text: str) -> RetiredCode | None:
    """Return the retired code with that number or name, in any case; ``None`` if there is none."""
    wanted = text.strip().lower()
    return next((one for one in RETIRED if wanted in (one.number.lower(), one.name)), None)


_BY_NAME = {text: code for code in CODES for text in (code.number.lower(), code.name)}
