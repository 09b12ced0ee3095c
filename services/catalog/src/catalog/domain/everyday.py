"""Everyday words, and the words of the offices that they lead to."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from catalog.domain.folding import fold, without_okurigana
from documents import Unreadable, parse

Word = Annotated[str, StringConstraints(min_length=1, max_length=30)]


class _Entry(BaseModel):
    """One line of the file."""

    model_config = ConfigDict(extra="forbid")

    say: list[Word] = Field(min_length=1)
    find: list[Word] = Field(min_length=1)


class _WordsFile(BaseModel):
    """words.yaml."""

    model_config = ConfigDict(extra="forbid")

    machi_words: Literal[1]
    words: list[_Entry]


@dataclass(frozen=True, slots=True)
class Lead:
    """Whoever says the one may mean the other."""

    say: str
    find: str


@dataclass(frozen=True, slots=True)
class Everyday:
    """All the leads there are."""

    leads: tuple[Lead, ...]

    def meant(self, asked: str) -> Iterator[Lead]:
        """The leads whose everyday word stands in what was asked, however it is spelt."""
        folded, bare = fold(asked), without_okurigana(asked)
        for lead in self.leads:
            kanji = without_okurigana(lead.say)
            if fold(lead.say) in folded or (kanji and kanji in bare):
                yield lead

    def beside(self, asked: str) -> Iterator[Lead]:
        """Leads to what is often meant along with what was asked; never the same, but near."""
        folded = fold(asked)
        near = {lead.say for lead in self.leads if fold(lead.find) in folded}
        return (lead for lead in self.leads if lead.say in near)


def read_words(text: str | bytes, name: str) -> Everyday:
    """Read words.yaml; raises `Unreadable` with all problems at once."""
    document = parse(text, name)
    file, problems = document.validate(_WordsFile)
    if file is None:
        raise Unreadable(problems)
    entries = ((say, entry.find) for entry in file.words for say in entry.say)
    return Everyday(tuple(Lead(say, find) for say, finds in entries for find in finds))
