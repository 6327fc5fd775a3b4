"""What docstrings say of parameters, in the three forms that libraries use."""

from __future__ import annotations

import pytest

from assembler.modules.docstrings import find_parameter_texts, find_summary

SPHINX = """Do it.

    :param str url: Where it is,
        on two lines. And more.
    :param flag: Whether.
    :type flag: bool
    :return: nothing
    """
GOOGLE = """Do it.

    Args:
        url (str): Where it is,
            on two lines. And more.
        flag: Whether.
        **others: The rest.

    Returns:
        Nothing: at all.
    """
NUMPY = """
    Do it.

    Parameters
    ----------
    url : str
        Where it is,
        on two lines. And more.
    flag, other : bool, optional
        Whether.

    Returns
    -------
    nothing : None
        At all.
    """


@pytest.mark.parametrize("docstring", [SPHINX, GOOGLE, NUMPY])
def test_each_form_is_read(docstring: str) -> None:
    """The first sentence of each, on one line, and nothing of what is returned."""
    found = find_parameter_texts(docstring)

    assert (found["url"], found["flag"]) == ("Where it is, on two lines.", "Whether.")
    assert not {"nothing", "Nothing", "Returns", "return"} & set(found)


@pytest.mark.parametrize("docstring", [None, "", "Args:", "Args:\n", "Parameters\n---", ":param"])
def test_what_says_nothing_gives_nothing(docstring: str | None) -> None:
    """However it ends."""
    assert find_parameter_texts(docstring) == {}


def test_several_names_share_a_text() -> None:
    """As NumPy's form allows."""
    assert find_parameter_texts(NUMPY)["other"] == "Whether."
    assert find_parameter_texts(GOOGLE)["others"] == "The rest."


def test_the_summary_is_the_first_sentence() -> None:
    """An abbreviation does not end it."""
    assert find_summary("Send mail, e.g. a\n  reminder. Slowly.\n\nMore.") == (
        "Send mail, e.g. a reminder."
    )
    assert find_summary(None) == ""
