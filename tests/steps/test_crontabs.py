"""Crontabs are read as Celery reads them."""

from __future__ import annotations

import pytest
from celery.schedules import ParseException, crontab

from assembler.steps.crontabs import check_crontab

GOOD = (
    *("* * * * *", "0 3 * * *", "*/15 0-23/2 1,15 * mon-fri", "5 4 * jan-mar sun", "0  0 1 1 0"),
    *("59 23 31 12 6", "0 0 * * sunday", "*/5,7 * * * *", "1-5/2 * * * *"),
)
BAD = (
    *("60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 7", "*/0 * * * *"),
    *("a * * * *", "* * *", "* * * * * *", "1-61 * * * *", "* * * xyz *", "", "1.5 * * * *"),
)


@pytest.mark.parametrize("text", GOOD)
def test_what_celery_takes_is_taken(text: str) -> None:
    """Blanks between the fields may be several."""
    assert crontab.from_string(check_crontab(text)) is not None


@pytest.mark.parametrize("text", BAD)
def test_what_celery_refuses_is_refused(text: str) -> None:
    """With what is wrong."""
    with pytest.raises(ValueError, match=r"expected five fields|is \d+ to \d+"):
        check_crontab(text)
    with pytest.raises((ParseException, ValueError, KeyError)):
        crontab.from_string(text)
