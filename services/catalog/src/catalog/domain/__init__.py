"""What is true of procedures and of the ways to file them, whoever asks."""

from catalog.domain.milestone import ShownMilestone
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
    not_confirmed,
    publish,
    same_content,
)
from catalog.domain.procedures_file import read_procedures
from catalog.domain.sourced import Confidence, Mark, Sourced
from catalog.domain.ways import Channel, ChannelKind, Closure, Hours, Requires

__all__ = [
    "GROUPS",
    "Channel",
    "ChannelKind",
    "Closure",
    "Confidence",
    "Group",
    "Hours",
    "Kind",
    "Law",
    "Mark",
    "NationalRef",
    "PlanLink",
    "Procedure",
    "Requires",
    "ShownMilestone",
    "Sourced",
    "State",
    "UnknownProcedure",
    "in_groups",
    "not_confirmed",
    "publish",
    "read_procedures",
    "same_content",
]
