"""Break what a running server rests on, and see that it serves.

`make test` runs each fault a few times or for a short time, `make faults` as often and as long as
`docs/reliability.md` says, where it writes what it has measured.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TypeVar

__all__ = ["FAULTS", "IS_LONG", "Note", "choose"]

Kind = TypeVar("Kind")

IS_LONG = os.environ.get("TEST_FAULTS") == "long"

Note = Callable[[str], None]  # the fixture ``note``: keeps what was measured

# The tests by name, in the order of the page: the fault, and what must hold.
FAULTS: dict[str, tuple[str, str]] = {
    "test_random_edits_under_load": (
        "100 random edits, half of them broken in 13 ways, 32 clients",
        "none lost, none failed; the last good edit is served, each rejection is told",
    ),
    "test_an_edit_that_answers_500_is_taken_back": (
        "an edit that passes the canary and then answers 500, probation of 5 s",
        "failures end when probation does, and the generation before is back by itself",
    ),
    "test_a_boot_of_three_seconds_keeps_nobody_waiting": (
        "a boot of 3 s behind a good edit",
        "longest answer under 0.3 s",
    ),
    "test_killed_workers_come_back": (
        "a worker killed with SIGKILL every 2 s for a minute",
        "another is in its place within its boot time and 1 s; only what it had in flight is lost",
    ),
    "test_a_killed_canary_refuses_the_edit": ("the canary killed", "the old generation serves"),
    "test_no_descriptors_refuse_the_edit": (
        "no file descriptors left for the master",
        "the old generation serves, and a reload works once there are some",
    ),
    "test_a_full_disk_keeps_the_last_good_profile_as_it_was": (
        "a full disk under the state folder",
        "the edit is served, the warning says why it is not kept, the one kept before is whole",
    ),
    "test_an_unwritable_runtime_folder_is_told_and_served": (
        "an unwritable runtime and state folder",
        "the app is served, and reloaded with SIGHUP; both faults are told",
    ),
    "test_a_killed_master_leaves_no_worker": (
        "SIGKILL of the master, with a canary under way",
        "no orphan after 5 s",
    ),
    "test_a_database_that_goes_and_comes_back_is_told_and_used_again": (
        "the database stopped, refused and stalled for 10 s, and back",
        "readiness 503 and back, no leaked connections (`pg_stat_activity`)",
    ),
    "test_sigterm_answers_what_was_accepted": (
        "SIGTERM under load",
        "every accepted request is answered; exit within the limit, nothing is left",
    ),
    "test_slow_and_half_open_clients_do_not_keep_others_waiting": (
        "200 clients that send half a request or nothing, and headers of 10 MB",
        "others are served, and these are cut off",
    ),
    "test_memory_and_descriptors_stay_over_many_reloads": (
        "200,000 requests and 200 reloads",
        "memory of master and workers within 5 %; no descriptor and no process left",
    ),
    "test_runners_outwait_a_long_revision": (
        "8 runners of `migrate` at once, a revision of 30 s",
        "one migrates, the others find nothing to do",
    ),
    "test_runner_killed_in_the_middle_is_followed_by_another": (
        "SIGKILL of the runner that migrates",
        "another one brings the database to head",
    ),
    "test_revision_that_fails_for_all_leaves_the_last_good_version": (
        "a revision that fails for all 8",
        "the version is the last good one, and none claims success",
    ),
    "test_runner_whose_revision_fails_leaves_it_to_the_others": (
        "a revision that fails for the first of 8",
        "it says so, and another one migrates",
    ),
    "test_database_that_restarts_meanwhile_is_migrated_by_who_waits": (
        "the database restarts during a revision",
        "who migrates fails and says why; one of those that wait migrates",
    ),
    "test_wrong_password_ends_all_at_once": (
        "a wrong password",
        "all 8 end at once, and none prints it",
    ),
}


def choose(short: Kind, long: Kind) -> Kind:
    """Return how often or how long: ``long`` under `make faults`."""
    return long if IS_LONG else short
