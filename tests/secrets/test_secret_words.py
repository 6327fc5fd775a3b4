"""Which words make a key a secret's, and which say that it only describes one."""

from __future__ import annotations

import pytest

from assembler.secrets.known import MASK, is_secret_key
from assembler.secrets.memory import Secrets, iter_value_secrets
from assembler.secrets.text_secrets import find_url_passwords, mask_text
from assembler.secrets.weak_secret import find_weakness

# Written out again, since a word that is dropped from the tables would be dropped here as well.
LISTED = (
    "password passwd passphrase secret token credential apikey accesskey privatekey secretkey "
    "access_key account_key api_key auth_key encryption_key fernet_key hmac_key jwt_key "
    "license_key master_key private_key sas_key session_key shared_key signing_key "
    "sse_customer_key authorization dsn pass pw pwd salt"
)
WHOLE_WORDS = "authorization dsn pass pw pwd salt"
DESCRIBED_BY = "allow max min require supports use"
DESCRIBED_AT_THE_END = (
    "age algorithm bytes class count days delta enabled endpoint expiration expires field file "
    "folder header hours id length lifetime limit location method minutes name path prefix "
    "required rounds seconds size timeout ttl type uri url"
)
PLACEHOLDERS = (
    "a an and app be change changed changeme changethis complex default demo dev development "
    "do example fallback fixme flask for guess hard hardcoded here in insecure is it key keys "
    "local me must my never new not of only or passphrase password placeholder please prod "
    "production random real really replace replaceme sample secret secretkey secretly secrets "
    "secure session set some string super supersecret temporary test testing text the this "
    "to todo token too unsafe use value very will with you your"
)


@pytest.mark.parametrize("word", LISTED.split())
def test_word_makes_a_key_a_secret_s(word: str) -> None:
    """In any case, alone or with more around it."""
    for key in (word, word.upper(), f"shop_{word}", f"SHOP_{word.upper()}_2", f"{word}-old"):
        assert is_secret_key(key), key


@pytest.mark.parametrize("word", WHOLE_WORDS.split())
def test_short_word_counts_as_a_whole_word_only(word: str) -> None:
    """`compass` holds no password."""
    assert not is_secret_key(f"x{word}")
    assert not is_secret_key(f"{word}x")


@pytest.mark.parametrize("word", DESCRIBED_BY.split())
def test_word_says_that_a_key_only_describes_a_secret(word: str) -> None:
    """Wherever it is in the key."""
    assert not is_secret_key(f"{word}_password")
    assert not is_secret_key(f"TOKEN_{word.upper()}_X")


@pytest.mark.parametrize("word", DESCRIBED_AT_THE_END.split())
def test_last_word_says_that_a_key_only_describes_a_secret(word: str) -> None:
    """At the end only: `FILE_PASSWORD` is a password."""
    assert not is_secret_key(f"password_{word}")
    assert is_secret_key(f"{word}_password")


@pytest.mark.parametrize("word", ["pasword", "secrt", "SECERT", "apikye", "tokne", "MY_TOKNES"])
def test_word_with_one_typo_makes_a_key_a_secret_s(word: str) -> None:
    """Whoever mistyped a key did not mean to show what is under it."""
    assert is_secret_key(word)


@pytest.mark.parametrize("word", ["passed", "secrete", "taken", "woken", "toke", "spoken", "pswrd"])
def test_word_that_only_resembles_a_secret_s_is_plain(word: str) -> None:
    """A word of its own, a short one with another letter, or one with more than a typo."""
    assert not is_secret_key(word)


def test_phrase_needs_whole_words() -> None:
    """`monkey_api key` is not `api key` by accident of a word's end."""
    assert not is_secret_key("papi_key")
    assert not is_secret_key("api_keyboard")
    assert is_secret_key("myapikey")
    assert is_secret_key("myaccesskey")
    assert is_secret_key("SSHPRIVATEKEY")
    assert is_secret_key("APIKeys")
    assert is_secret_key("passes_password")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x://u:p@h", ["p"]),
        ("x://u:p@h and y://v:q@i", ["p", "q"]),
        ("x://shop:shop@h", []),
        ("x://h:5000/", []),
        ("pg://u:p@h", ["p"]),
        ("host=h password=geheim", []),
        ("u:p@h", []),
        ("", []),
    ],
)
def test_passwords_of_urls_are_found(text: str, expected: list[str]) -> None:
    """A password that is the user's name as well is in every message about the connection."""
    assert find_url_passwords(text) == expected


def test_secrets_in_a_value_are_found_below_their_keys() -> None:
    """At any depth, in any collection, as strings or bytes; and URLs wherever they are."""
    value = {
        "plain": "a",
        "token": "b",
        "nested": {"password": ["c", ("d", {"e"}, frozenset({"f"}))], 1: "g"},
        "api_key": {"id": "h", "more": {"deep": b"i"}},
        "url": "x://u:j@h",
        "bytes": b"x://u:k@h",
        "secret": 7,
    }

    assert sorted(iter_value_secrets(value)) == ["b", "c", "d", "e", "f", "h", "i", "j", "k"]
    assert list(iter_value_secrets("l", key="token")) == ["l"]


@pytest.mark.parametrize(
    ("secret", "text", "expected"),
    [
        ("abc", "abc xabc", "*** xabc"),
        ("ab12", "xab12x", "x***x"),
        ("a12", "xa12x a12", "xa12x ***"),
        ("abcdefgh", "xabcdefghx", "x***x"),
        ("abcdefg", "xabcdefgx abcdefg", "xabcdefgx ***"),
        ("  spaced-out  ", "x spaced-out x", "x *** x"),
        ("one\ntwo", "two", "two"),
        ("first-line\nsecond-line", "at second-line!", "at ***!"),
        ("12345678\n1234567", "x1234567x 12345678", "x1234567x ***"),
        ("a b+c/d", "a%20b%2Bc%2Fd a+b%2Bc%2Fd", "*** ***"),
        ("a%20b%2Bc", "a b+c", "***"),
        ("gehéim-ü", "geh\\u00e9im-\\u00fc", "***"),
        ('geh"éim-xx', 'geh\\"éim-xx', "***"),
        ("a\x7fbcdefgh", r"a\x7fbcdefgh", "***"),
        ('a"bcdefgh', r"a\"bcdefgh", "***"),
    ],
)
def test_remembered_secret_is_masked(secret: str, text: str, expected: str) -> None:
    """Short ones and short words where they are alone; lines of eight characters or more too."""
    secrets = Secrets()
    secrets.add(secret)

    assert secrets.scrub(text) == expected


def test_longer_secret_is_masked_before_one_that_it_begins_with() -> None:
    """Nothing of it is left behind."""
    secrets = Secrets()
    secrets.add("abcd1", "abcd1-and-more", "zz-abcd1")

    assert secrets.scrub("abcd1-and-more abcd1 zz-abcd1") == "*** *** ***"


def test_empty_secret_masks_nothing() -> None:
    """Nor does one of spaces."""
    secrets = Secrets()
    secrets.add("", "  ", "geheim-1")

    assert secrets.scrub("a - b,  c") == "a - b,  c"


def test_bytes_that_are_no_text_are_secrets_as_far_as_they_can_be_read() -> None:
    """A driver may show the rest."""
    assert list(iter_value_secrets({"token": b"\xffabc"})) == ["abc"]


def test_separator_at_the_end_of_a_key_is_no_word() -> None:
    """The last word is the one before it."""
    assert not is_secret_key("PASSWORD_FILE_")
    assert not is_secret_key("_")


def test_secret_that_is_added_later_is_masked_as_well() -> None:
    """After texts have been masked already."""
    secrets = Secrets()
    secrets.add("first-secret")
    assert secrets.scrub("second-secret") == "second-secret"

    secrets.add("second-secret")
    assert secrets.scrub("first-secret second-secret x://u:p@h") == f"{MASK} {MASK} x://u:{MASK}@h"


def test_parameters_of_a_url_are_masked_by_their_names() -> None:
    """A parameter that only describes a secret is kept."""
    assert mask_text("x://h?token=a&b=c;password_file=d&Pwd=e") == (
        "x://h?token=***&b=c;password_file=d&Pwd=***"
    )
    assert mask_text("tokens=a") == "tokens=***"
    assert mask_text("tokenizer=a") == "tokenizer=a"


@pytest.mark.parametrize("word", PLACEHOLDERS.split())
def test_placeholder_is_a_weak_secret(word: str) -> None:
    """Each by itself, in any case and with anything between that is no letter."""
    assert find_weakness(word) == "it is a known default"
    assert find_weakness(f"{word.upper()}-{word}_1") == "it is a known default"


@pytest.mark.parametrize(
    ("secret", "is_weak"),
    [
        ("", True),
        (" \t ", True),
        ("dev", True),
        ("kjqxwvzkjqxwvz1", True),  # 15 bytes
        ("kjqxwvzkjqxwvz12", False),
        ("kjqxw" * 4, True),  # 5 different bytes
        ("kjqxwv" * 4, False),
        ("dev" + "1" * 6, True),
        ("dev-1234567890!?", False),  # the words are less than a third
        (b"kjqxwvzkjqxwvz12", False),
        (b"changeme", True),
        ("sk-9f73s3ljTXVcMT3Blb3ljTqtsKiGHXVcMT3BlbkFJLK7U", True),  # a sample's
        ("192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf", True),  # Flask's docs
        (b'_5#y2L"F4Q8z\n\xec]/', True),  # as above
        ("\ud800jqxwvzkjqxwvz12", False),
        ("dev-key-1234567890", True),  # the words are a third
        ("dev-key-12345678901", False),
    ],
)
def test_weakness_of_a_secret_is_found(secret: str | bytes, *, is_weak: bool) -> None:
    """Empty, known, short or repetitive."""
    assert (find_weakness(secret) is not None) is is_weak
