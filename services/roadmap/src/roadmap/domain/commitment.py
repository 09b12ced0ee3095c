"""How strongly a plan's own wording commits: read from a closed list of words, never guessed.

The main clause decides, which in Japanese ends the wording. Of words that belong together the
weaker counts: 検討・実装 is an examination, and so is 検討を進める. What the list does not name is
unclassified, and so is what is denied.
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final
from unicodedata import normalize

VERSION: Final = 1
"""Of the list below. A level is read from the wording whenever it is asked for, by this list and no older one.

So a new list may change the levels of what was loaded, or known, long before; an event keeps the one that it told.
"""

LABELS: Final = {
    5: "実施済み・実施中",
    4: "実施する・進める",
    3: "推進する",
    2: "目指す・努める",
    1: "検討する・見極める",
    0: "視野に入れる",
}
LONGEST: Final = 500  # characters; what is longer is no wording of one promise
WEAK: Final = 1
"""A wording of this level or less commits to an examination at most: 検討, 視野に入れる."""

_DONE, _RUNNING = "しました", "実施しています"
_NOUNS = {
    "導入": 4,
    "整備": 4,
    "実施": 4,
    "開始": 4,
    "継続": 4,
    "推進": 3,
    "検討": 1,
    "見極め": 1,
    "調査研究": 1,
    "把握": 1,
}
_VERBS = {"進める": 4, "図る": 4, "目指す": 2, "努める": 2, "視野に入れる": 0}
_LEVELS = {"済": 5, _DONE: 5, _RUNNING: 5, **_NOUNS, **_VERBS}
_NAMED = {
    "進め": "進める",
    "図": "図る",
    "目指": "目指す",
    "めざ": "目指す",
    "努め": "努める",
    "視野に入れ": "視野に入れる",
    "調査・研究": "調査研究",
}

_NOUN = r"(?<![未不])(?:調査・?研究|" + "|".join(_NOUNS) + ")"
_VERB = r"(?:進め|図(?=[りっる])|(?:目指|めざ)(?=[しす])|努め|視野に入れ)"
_BESIDE = r"(?:[・/][一-龠ァ-ヶー]{1,8})*"  # 検討・実装
_MADE = r"を?(?:す|し|され|行[いっう])"  # what makes a verb of a noun
_GOES_ON = r"(?:て(?:い[るくき]?|おり|まいり|き)?)?"
_TAIL = rf"[りっるしす]?{_GOES_ON}(?:(?P<past>ました|た|済み?)|ます|中)?(?:です)?"
_ENDING = re.compile(rf"(?:(?P<nouns>{_NOUN}{_BESIDE})(?:{_MADE})?|(?P<verb>{_VERB})){_TAIL}$")
_BARE = re.compile(rf"{_NOUN}{_BESIDE}(?:等|など)?$")
_JOINED = r"(?:する(?:こと|よう))?(?:を|の|に|と|や|・|/|及び|並びに|又は)?"
_ADVERB = r"(?:引き続き|さらに|順次|今後も|(?:早[期急]|着実|[一-龠]{2}的)に)"
_OBJECT = re.compile(rf"(?P<nouns>{_NOUN}{_BESIDE}){_JOINED}{_ADVERB}*$")
_RUNS = re.compile(r"実施(?:中|(?:を?し|を行っ)て(?:いる|います|おります))")
_OVER = re.compile(rf"[一-龠ァ-ヶー]{{2}}{_MADE}{_GOES_ON}(?:ました|た)$")
_SETTLED = re.compile(r"(?<![経決返救共未弁])済み?(?:です)?$")  # 経済 and 決済 are other words
_GIVEN_UP = re.compile(rf"(?:中止|断念|延期|中断|休止|遅延|失敗)(?:{_MADE})?{_TAIL}$")
_RESOLVED = re.compile(r"(?:こと[とに]|ものと)(?:し(?:ます|ました|ています|た)|する)$")
_SAYS_NOTHING = re.compile(r"対応(?:する|します|してい(?:く|きます|ます))$")
_INFLECTED = tuple("るうくすつむぶただんい")
_ANY = re.compile(f"{_NOUN}|{_VERB}")
_BRACKETS = re.compile(r"\(([^()]*)\)")
_OPTION = re.compile(r"又は|または|若しくは|もしくは|など|(?<![平均高同対上中初])等(?![し級])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """The strength of a wording, from 5 (done) to 0 (kept in view); the wording stands beside."""

    level: int
    word: str  # the word of the list that decided
    past: bool = False  # told of the past, which is not to say that it is done: 図りました
    options: tuple[str, ...] = ()  # 又は, 等: what stands beside them is not promised
    bracketed: tuple[str, ...] = ()  # words of the list in brackets; they decide nothing
    version: int = VERSION

    @property
    def label(self) -> str:
        """The level in plain Japanese; to be shown beside the wording, never alone."""
        tense = "（過去形）" if self.past else ""
        return f"{LABELS[self.level]}{tense}"


@lru_cache(maxsize=10_000)
def commitment(wording: str) -> Commitment | None:
    """Read how strongly a wording commits; None: its main clause has no word of the list."""
    if len(wording) > LONGEST:
        return None
    main, bracketed = _parted("".join(normalize("NFKC", wording).split()))
    read = [found for sentence in main.split("。") if (found := _sentence(sentence.strip("「」")))]
    if not read:
        return None
    weakest = min(read, key=_level)
    options = dict.fromkeys(_OPTION.findall(main))
    return replace(weakest, options=tuple(options), bracketed=_listed(bracketed))


def level_of(read: Commitment | None) -> int | None:
    """The level alone, as machines are told it; None: unclassified."""
    return read.level if read else None


def _parted(folded: str) -> tuple[str, str]:
    """The text outside brackets, and the text within."""
    within: list[str] = []
    while found := _BRACKETS.search(folded):
        within.append(found[1])
        folded = folded[: found.start()] + folded[found.end() :]
    return folded, "、".join(within)


def _listed(text: str) -> tuple[str, ...]:
    """The words of the list in a text, in its order, as the list names them."""
    return tuple(_NAMED.get(found[0], found[0]) for found in _ANY.finditer(text))


def _sentence(text: str) -> Commitment | None:
    *before, last = _RESOLVED.sub("", text).split("、")
    if before and _SAYS_NOTHING.search(last):
        return _clause(before[-1])
    read = [_clause(last)]
    if not last.endswith(_INFLECTED):  # a label: its parts are of one rank
        read += [_clause(part) for part in before if _BARE.search(part)]
    return min(filter(None, read), key=_level, default=None)


def _clause(text: str) -> Commitment | None:
    text = re.sub(r"(?:等|など)$", "", text)
    found = _ENDING.search(text)
    if not found:
        return _told_as_done(text)
    words = (*_objects(text[: found.start()]), *_listed(found[0]))
    word = min(words, key=lambda word: _LEVELS[word])
    if _RUNS.fullmatch(found[0]) and word == "実施":
        word = _RUNNING
    past = bool(found["past"])
    if past and not found["verb"] and _LEVELS[word] == _LEVELS["実施"]:
        return _told_as_done(text)
    return Commitment(level=_LEVELS[word], word=word, past=past)


def _objects(text: str) -> list[str]:
    """The words of the list that are what the verb behind them does: 検討を進める."""
    words: list[str] = []
    while found := _OBJECT.search(text):
        words += _listed(found["nouns"])
        text = text[: found.start()]
    return words


def _told_as_done(text: str) -> Commitment | None:
    word = "済" if _SETTLED.search(text) else _DONE if _OVER.search(text) else None
    if word is None or _GIVEN_UP.search(text):
        return None
    return Commitment(level=_LEVELS[word], word=word)


def _level(read: Commitment) -> int:
    return read.level
