"""What is true of procedures and of the ways to file them, whoever asks."""

from catalog.domain.loading import Catalogue, OtherCity, news
from catalog.domain.milestone import Move, ShownMilestone, ahead, milestone_of
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
from catalog.domain.sourced import Confidence, Mark, Sourced
from catalog.domain.ways import Channel, ChannelKind, Closure, Hours, Requires, Usable

__all__ = [
    "GROUPS",
    "Catalogue",
    "Channel",
    "ChannelKind",
    "Closure",
    "Confidence",
    "Group",
    "Hours",
    "Kind",
    "Law",
    "Mark",
    "Move",
    "NationalRef",
    "OtherCity",
    "PlanLink",
    "Procedure",
    "Requires",
    "ShownMilestone",
    "Sourced",
    "State",
    "UnknownProcedure",
    "Usable",
    "ahead",
    "in_groups",
    "milestone_of",
    "news",
    "publish",
    "read_procedures",
    "same_content",
]
