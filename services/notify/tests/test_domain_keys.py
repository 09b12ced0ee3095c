import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from notify.domain import (
    NAMES,
    NONCE,
    SIZE,
    BadKeys,
    Keys,
    NoSuchLink,
    Preferences,
    Unsealable,
    Unsubscribe,
    fingerprint,
    key_file,
)

MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
KEYS = Keys.read(key_file(bytes(range(SIZE * len(NAMES)))))
OTHERS = Keys.read(key_file(bytes(reversed(range(SIZE * len(NAMES))))))
LINK = Unsubscribe(7, UUID(int=2**127 + 5))
CHOICE = Preferences(7, 1, MONDAY + timedelta(days=30))


def test_what_was_sealed_is_opened_where_it_belongs():
    sealed = KEYS.sealed("hanako@example.jp", b"hanako", bytes(NONCE))

    assert KEYS.opened(sealed, b"hanako") == "hanako@example.jp"
    assert b"hanako" not in sealed


@pytest.mark.parametrize("belongs", [b"taro", b""])
def test_what_was_sealed_for_one_row_is_of_no_use_in_another(belongs: bytes):
    sealed = KEYS.sealed("hanako@example.jp", b"hanako", bytes(NONCE))

    with pytest.raises(Unsealable):
        KEYS.opened(sealed, belongs)


@pytest.mark.parametrize("sealed", [b"", b"\x01", bytes(60)])
def test_what_was_never_sealed_is_not_opened(sealed: bytes):
    with pytest.raises(Unsealable):
        KEYS.opened(sealed, b"hanako")


def test_other_keys_open_and_find_nothing():
    sealed = KEYS.sealed("hanako@example.jp", b"hanako", bytes(NONCE))

    assert KEYS.blinded("hanako@example.jp") != OTHERS.blinded("hanako@example.jp")
    with pytest.raises(Unsealable):
        OTHERS.opened(sealed, b"hanako")


def test_an_address_is_found_in_each_spelling():
    assert KEYS.blinded("Hanako@Example.jp") == KEYS.blinded("hanako@example.jp")


def test_the_token_of_a_link_says_what_it_is_for():
    assert KEYS.read_unsubscribe(KEYS.unsubscribe(LINK)) == LINK
    assert KEYS.read_preferences(KEYS.preferences(CHOICE), MONDAY) == CHOICE
    assert len(KEYS.unsubscribe(LINK)) == 56


def test_a_link_to_preferences_ends_with_its_time():
    with pytest.raises(NoSuchLink):
        KEYS.read_preferences(KEYS.preferences(CHOICE), CHOICE.expires_at)


def test_a_token_of_one_kind_is_none_of_the_other():
    with pytest.raises(NoSuchLink):
        KEYS.read_preferences(KEYS.unsubscribe(LINK), MONDAY)
    with pytest.raises(NoSuchLink):
        KEYS.read_unsubscribe(KEYS.preferences(CHOICE))


@given(st.integers(0, 55), st.text(min_size=0, max_size=2))
def test_a_token_that_was_changed_anywhere_leads_nowhere(place: int, other: str):
    token = KEYS.unsubscribe(LINK)
    changed = token[:place] + other + token[place + 1 :]

    if changed != token:
        with pytest.raises(NoSuchLink):
            KEYS.read_unsubscribe(changed)


@pytest.mark.parametrize("token", ["", "A", "=", "あ", KEYS.preferences(CHOICE)[:-1]])
def test_a_token_that_was_cut_off_leads_nowhere(token: str):
    with pytest.raises(NoSuchLink):
        KEYS.read_preferences(token, MONDAY)


def test_the_last_letter_of_a_token_has_one_spelling():
    token = KEYS.preferences(CHOICE)
    others = [token[:-1] + letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if letter != token[-1]]

    for other in others:
        with pytest.raises(NoSuchLink):
            KEYS.read_preferences(other, MONDAY)


def test_a_token_signed_with_other_keys_leads_nowhere():
    with pytest.raises(NoSuchLink):
        OTHERS.read_unsubscribe(KEYS.unsubscribe(LINK))


def test_of_a_token_that_works_once_a_fingerprint_is_kept():
    assert len(fingerprint("AAAA")) == 32
    with pytest.raises(NoSuchLink):
        fingerprint("not a token")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        json.dumps(dict.fromkeys(NAMES, "c2hvcnQ=")),
        json.dumps(dict.fromkeys(NAMES, 1)),
    ],
)
def test_a_file_that_holds_no_keys_is_refused(text: str):
    with pytest.raises(BadKeys):
        Keys.read(text)


def test_keys_are_not_shown():
    assert "seal=" not in repr(KEYS)
