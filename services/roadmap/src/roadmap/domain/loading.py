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


def is_news(plan: Plan, known: Mapping[str, str]) -> bool:
    """Whether there is anything to load, given the hash of each known revision; or the refusal."""
    revision = plan.revision
    if known.get(revision.revision_id) == plan.sha256:
        return False
    if revision.revision_id in known:
        raise RevisionIsFixed(revision.revision_id)
    if revision.supersedes and revision.supersedes not in known:
        raise RevisionsMustFollow(revision.supersedes)
    return True
