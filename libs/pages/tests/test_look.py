"""The look keeps its promises: contrast, weight, one source of colours, nothing inline."""

import gzip
import re
from pathlib import Path

import pytest

import pages
from pages.assets import FILES

PACKAGE = Path(pages.__file__).parent
TEMPLATES = sorted(PACKAGE.glob("templates/pages/*.html"))
MACHI = FILES["machi.css"].decode()
TOKENS = dict(
    re.findall(
        r"--color-(?:primitive|neutral(?:-solid)?)-([\w-]+): (#\w{6});",
        FILES["tokens.css"].decode(),
    )
)
PALE = ["blue-50", "red-50", "green-50", "yellow-50", "orange-50"]
TEXT, LINE = 4.5, 3.0

# Colour, then its contrast on white, on gray-50, and the lowest on a pale ground.
TABLE = [
    ("gray-800", 12.6, 11.3, 11.1),
    ("gray-600", 5.7, 5.1, 5.0),
    ("gray-536", 4.54, 4.06, 3.99),
    ("gray-420", 3.03, 2.71, 2.66),
    ("blue-1000", 14.2, 12.7, 12.5),
    ("blue-900", 11.1, 9.9, 9.8),
    ("magenta-900", 8.5, 7.6, 7.5),
    ("red-800", 4.60, 4.11, 4.04),
    ("red-900", 5.8, 5.2, 5.1),
    ("green-600", 3.45, 3.08, 3.03),
    ("green-800", 5.35, 4.78, 4.70),
    ("yellow-700", 3.02, 2.70, 2.66),
    ("yellow-900", 4.54, 4.05, 3.98),
    ("orange-600", 3.18, 2.84, 2.80),
    ("orange-800", 4.85, 4.33, 4.26),
    ("yellow-1000", 5.67, 5.07, 4.98),
    ("orange-900", 6.10, 5.45, 5.36),
]

# What machi.css puts on what, and how much contrast that needs.
PAIRS = [
    *[
        (text, ground, TEXT)
        for text in ("gray-800", "gray-900", "gray-600", "blue-1000", "blue-900")
        for ground in ("white", "gray-50", "blue-50")
    ],
    *[("magenta-900", ground, TEXT) for ground in ("white", "gray-50", "blue-50")],
    *[("white", ground, TEXT) for ground in ("blue-900", "blue-1000", "green-800")],
    ("red-900", "white", TEXT),
    ("red-900", "red-50", TEXT),
    ("green-900", "green-50", TEXT),
    ("orange-900", "orange-50", TEXT),
    ("gray-900", "yellow-100", TEXT),
    ("blue-1000", "yellow-300", TEXT),
    ("blue-1000", "blue-100", TEXT),
    ("black", "yellow-300", LINE),
    *[
        (line, "white", LINE)
        for line in ("gray-600", "gray-420", "blue-900", "green-800", "orange-900")
    ],
    *[(line, "blue-50", LINE) for line in ("gray-600", "blue-900")],
]


def luminance(name: str) -> float:
    """How bright a token is, as WCAG 2 reckons it."""
    code = TOKENS[name]
    channels = [int(code[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, brighter = sorted((luminance(one), luminance(other)))
    return (brighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(("colour", "white", "gray", "pale"), TABLE)
def test_the_table_of_contrasts_is_true(*, colour: str, white: float, gray: float, pale: float):
    digits = 2 if white < 5 or colour in ("green-800", "yellow-1000", "orange-900") else 1

    found = [
        contrast(colour, "white"),
        contrast(colour, "gray-50"),
        min(contrast(colour, p) for p in PALE),
    ]

    assert found == pytest.approx([white, gray, pale], abs=0.6 * 10**-digits)


@pytest.mark.parametrize(("front", "ground", "least"), PAIRS)
def test_what_stands_on_what_can_be_seen(front: str, ground: str, least: float):
    assert contrast(front, ground) >= least


def test_every_token_that_the_look_uses_exists():
    used = set(re.findall(r"var\((--(?:color|font|border|line|elevation)[\w-]+)\)", MACHI))
    known = set(re.findall(r"^ +(--[\w-]+):", FILES["tokens.css"].decode(), re.MULTILINE))

    assert used - known == set()


def test_colours_come_from_the_tokens_alone():
    everything = MACHI + FILES["icon.svg"].decode() + "".join(t.read_text() for t in TEMPLATES)

    assert re.findall(r"(?<![&\w/\"])#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(", everything) == []


def test_the_look_weighs_at_most_12_kilobytes():
    weight = sum(
        len(gzip.compress(content)) for name, content in FILES.items() if name.endswith(".css")
    )

    assert weight <= 12 * 1024


def test_the_look_loads_nothing_and_takes_no_shortcut():
    assert re.findall(r"@import|url\(|!important|@layer|outline: 0|dads-", MACHI) == []


def test_the_licence_of_the_tokens_lies_beside_them():
    assert FILES["tokens.LICENSE.txt"].startswith(
        "MIT License\n\nCopyright (c) 2023 デジタル庁".encode()
    )


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_has_nothing_inline(template: Path):
    text = template.read_text()

    assert (
        re.findall(r"\sstyle=|\son\w+=|<script|<style|javascript:|https?://(?!www\.w3\.org)", text)
        == []
    )


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_every_class_is_ours_and_known_to_the_look(template: Path):
    named = re.findall(r'class="([^"{]+)"', template.read_text())
    classes = {name for names in named for name in names.split()}

    assert all(name.startswith("m-") for name in classes)
    assert {name for name in classes if not re.search(rf"\.{name}(?![\w-])", MACHI)} == set()


def test_the_readme_names_every_macro():
    readme = (Path(__file__).parent.parent / "README.md").read_text()
    macros = {m for t in TEMPLATES for m in re.findall(r"macro (\w+)\(", t.read_text())}
    inner = {"brand", "contact", "bar", "need", "told", "described", "field"}

    assert {macro for macro in macros - inner if f"{macro}(" not in readme} == set()
