"""When a plan may be loaded over what is known already."""

from collections.abc import Mapping

from contracts.values import Refusal
from roadmap.domain.plan import Plan


class OtherCity(Refusal):
    """The plan is that of another municipality than the one this service works for."""


class RevisionIsFixed(Refusal):
    """A revision of this name was loaded with other content; a revision is never changed."""


class RevisionsMustFollow(Refusal):
    """The revision that this one supersedes has not been loaded."""


class NodesAreThere(Refusal):
    """A plan with nodes is loaded; a further revision of all its nodes cannot be taken over yet."""


def is_news(plan: Plan, known: Mapping[str, str], *, has_nodes: bool) -> bool:
    """Whether there is anything to load, given the hash of each known revision; or the refusal."""
    revision = plan.revision
    if known.get(revision.revision_id) == plan.sha256:
        return False
    if revision.revision_id in known:
        raise RevisionIsFixed(revision.revision_id)
    if revision.supersedes and revision.supersedes not in known:
        raise RevisionsMustFollow(revision.supersedes)
    if has_nodes:
        raise NodesAreThere(revision.revision_id)
    return True
