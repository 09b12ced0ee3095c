import pytest
from hypothesis import given, strategies as st

from notify.domain import BrokenAddress, NoAddress, TooLongAddress, folded, masked


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("hanako@example.jp", "hanako@example.jp"),
        ("　Ｈａｎａｋｏ＠ｅｘａｍｐｌｅ．ｊｐ ", "Hanako@example.jp"),
        ("hanako@玉浦.jp", "hanako@xn--r6x86i.jp"),
    ],
)
def test_an_address_is_folded_to_plain_letters(typed: str, address: str):
    assert folded(typed).startswith(address.partition("@")[0])
    assert folded(typed).isascii()


@pytest.mark.parametrize("sign", ["\r", "\n", "\x00", "\r\nBcc: all@example.jp", "\x7f"])
def test_an_address_with_a_line_break_or_another_unseen_sign_is_refused(sign: str):
    with pytest.raises(BrokenAddress):
        folded(f"hanako@example.jp{sign}")


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "hanako",
        "@example.jp",
        "ha..nako@example.jp",
        "花子@example.jp",
        "a@b@c.jp",
        "a@b c.jp",
        "=?utf-8?q?a=0a?=@b.jp",
    ],
)
def test_what_is_no_address_is_refused(typed: str):
    with pytest.raises(NoAddress):
        folded(typed)


def test_an_address_longer_than_any_server_takes_is_refused():
    with pytest.raises(TooLongAddress):
        folded("a" * 250 + "@example.jp")


@given(st.text(max_size=300))
def test_what_passes_could_begin_no_other_header(typed: str):
    try:
        address = folded(typed)
    except NoAddress:
        return

    assert address.isascii()
    assert address.isprintable()
    assert " " not in address


def test_a_masked_address_is_known_to_its_owner_alone():
    assert masked("hanako@example.jp") == "h•••@example.jp"
