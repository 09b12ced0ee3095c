import re
from pathlib import Path
from typing import Any, get_args

import pytest

from roadmap import app
from roadmap.domain import Attribute, Effect, Mark, Status
from roadmap.exports import labels

TEMPLATES = sorted((Path(app.__file__).parent / "templates").iterdir())


@pytest.mark.parametrize(
    ("words", "every"),
    [
        (labels.STATUS, Status),
        (labels.EFFECTS, Effect),
        (labels.ATTRIBUTES, Attribute),
        (labels.MARKS, Mark),
    ],
)
def test_everything_there_can_be_has_a_word_of_its_own(words: dict[str, str], every: Any):
    assert set(words) == set(get_args(every))
    assert len(set(words.values())) == len(words)


def test_no_template_has_its_own_word_for_what_has_one():
    own = re.compile('"(unconfirmed|late_reported|replan)": ?"[^a-z]')

    assert [each.name for each in TEMPLATES if own.search(each.read_text("utf-8"))] == []
