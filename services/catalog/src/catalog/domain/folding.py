"""How what is written in many ways is compared: one spelling for all of them."""

import re
import unicodedata
from collections.abc import Iterator

# Kana come in two scripts, whose letters lie 96 places apart.
HIRAGANA = {katakana: katakana - 0x60 for katakana in range(0x30A1, 0x30F7)}
OKURIGANA = re.compile("[ぁ-ゖ]+")
WRITTEN_WITH_KATAKANA = re.compile("[ァ-ヺー]")
HARD_WORDS = re.compile("[^\\W_ぁ-ゖ]{2,}")  # kanji, katakana, letters and digits in a row
LEAST_KANJI = 2


def fold(text: str) -> str:
    """One spelling: width, case, kana, marks and spaces do not count; '' when nothing is left."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(HIRAGANA)
    return "".join(filter(str.isalnum, plain))


def without_okurigana(text: str) -> str:
    """The kanji alone, so that 引っ越し is 引越; '' where kana carry meaning, or hardly a kanji is left."""
    plain = unicodedata.normalize("NFKC", text)
    bare = OKURIGANA.sub("", fold(plain))
    return "" if WRITTEN_WITH_KATAKANA.search(plain) or len(bare) < LEAST_KANJI else bare


def hard_words(text: str) -> list[str]:
    """What is left of a sentence without its hiragana, folded: 住民票がほしい is about 住民票."""
    return [fold(word) for word in HARD_WORDS.findall(unicodedata.normalize("NFKC", text))]


def pairs(text: str) -> set[str]:
    """Each two letters that stand side by side."""
    return set(_pairs(text))


def _pairs(text: str) -> Iterator[str]:
    return (text[place : place + 2] for place in range(len(text) - 1))
