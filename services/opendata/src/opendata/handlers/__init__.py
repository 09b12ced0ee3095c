"""What opendata does: keep what it hears, let it wait, and publish what has changed."""

from opendata.handlers.hearing import (
    hear_corrected,
    hear_milestone,
    hear_procedure,
    show_corrected,
    show_milestone,
    show_procedure,
)
from opendata.handlers.publishing import look_again, publish_ripe

__all__ = [
    "hear_corrected",
    "hear_milestone",
    "hear_procedure",
    "look_again",
    "publish_ripe",
    "show_corrected",
    "show_milestone",
    "show_procedure",
]
