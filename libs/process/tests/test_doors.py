"""What every service's doors are told from outside."""

from pathlib import Path

import pytest

from pages import Contact
from process.doors import SiteSettings
from process.settings import NoSignIn


def test_a_house_without_a_sign_in_refuses_to_start():
    with pytest.raises(NoSignIn, match="MACHI_ISSUER"):
        SiteSettings(issuer=None, dev=False).signin()


def test_in_development_it_starts_without_one():
    assert SiteSettings(issuer=None, dev=True).signin() is None


def test_who_checks_the_tokens_knows_whose_they_are_and_for_whom(tmp_path: Path):
    signin = SiteSettings(issuer="city", audience="machi", keys=str(tmp_path)).signin()

    assert signin
    assert (signin.issuer, signin.audience, signin.keys) == ("city", "machi", str(tmp_path))


def test_a_site_has_a_contact_only_when_a_way_to_reach_it_is_known():
    nobody = SiteSettings(contact_department="計画の担当課").site("042111")
    somebody = SiteSettings(contact_department="計画の担当課", contact_fax="0223-00-0001")

    assert nobody.contact is None
    assert somebody.site("042111").contact == Contact(department="計画の担当課", fax="0223-00-0001")
