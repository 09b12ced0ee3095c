"""What is true of procedures and of the ways to file them, whoever asks."""

from catalog.domain.everyday import Everyday, Lead, read_words
from catalog.domain.loading import Catalogue, OtherCity, news
from catalog.domain.milestone import Move, ShownMilestone, ahead, milestone_of
from catalog.domain.neighbour import NeighbourPage, is_path, news_of
from catalog.domain.procedure import (
    GROUPS,
    Group,
    Kind,
    Law,
    NationalRef,
    PlanLink,
    Procedure,
    State,
    UnknownProcedure,
    in_groups,
    publish,
    same_content,
)
from catalog.domain.procedures_file import read_procedures
from catalog.domain.search import (
    KINDS,
    LONGEST,
    Findable,
    Found,
    Hit,
    Question,
    ask,
    find,
    of_page,
    of_procedure,
)
from catalog.domain.search import Kind as FoundKind
from catalog.domain.sourced import Confidence, Mark, Sourced
from catalog.domain.ways import Channel, ChannelKind, Closure, Hours, Requires, Usable

__all__ = [
    "GROUPS",
    "KINDS",
    "LONGEST",
    "Catalogue",
    "Channel",
    "ChannelKind",
    "Closure",
    "Confidence",
    "Everyday",
    "Findable",
    "Found",
    "FoundKind",
    "Group",
    "Hit",
    "Hours",
    "Kind",
    "Law",
    "Lead",
    "Mark",
    "Move",
    "NationalRef",
    "NeighbourPage",
    "OtherCity",
    "PlanLink",
    "Procedure",
    "Question",
    "Requires",
    "ShownMilestone",
    "Sourced",
    "State",
    "UnknownProcedure",
    "Usable",
    "ahead",
    "ask",
    "find",
    "in_groups",
    "is_path",
    "milestone_of",
    "news",
    "news_of",
    "of_page",
    "of_procedure",
    "publish",
    "read_procedures",
    "read_words",
    "same_content",
]
