"""A bar chart as SVG, readable on a light and on a dark page, without any library."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

SVG = "http://www.w3.org/2000/svg"  # the name of a language, not an address that is asked
WIDTH, LABELS, ROW, TOP = 860, 280, 30, 64
STYLE = """
  text { font: 14px system-ui, sans-serif; fill: #1f2328; }
  .title { font-size: 16px; font-weight: 600; } .note { font-size: 12px; fill: #59636e; }
  .bar { fill: #8c959f; } .ours { fill: #0969da; } .line { stroke: #d1d9e0; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc; } .note { fill: #9198a1; }
    .bar { fill: #656c76; } .ours { fill: #4493f8; } .line { stroke: #3d444d; }
  }
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar: whose, how long, and what is written behind it."""

    name: str
    value: float
    text: str
    ours: bool = False


def chart(title: str, note: str, bars: Sequence[Bar]) -> str:
    """The chart; bars begin at zero."""
    height = TOP + ROW * len(bars) + 14
    longest = max((bar.value for bar in bars), default=0) or 1
    scale = (WIDTH - LABELS - 130) / longest
    rows = [_row(TOP + ROW * number, bar, bar.value * scale) for number, bar in enumerate(bars)]
    return "\n".join([
        f'<svg xmlns="{SVG}" viewBox="0 0 {WIDTH} {height}" role="img">',
        f"<title>{escape(title)}</title><style>{STYLE}</style>",
        f'<text class="title" x="12" y="24">{escape(title)}</text>',
        f'<text class="note" x="12" y="44">{escape(note)}</text>',
        f'<line class="line" x1="{LABELS}" x2="{LABELS}" y1="{TOP - 6}" y2="{height - 10}"/>',
        *rows,
        "</svg>\n",
    ])  # fmt: skip


def _row(top: int, bar: Bar, length: float) -> str:
    kind = "bar ours" if bar.ours else "bar"
    return (
        f'<text x="{LABELS - 10}" y="{top + 16}" text-anchor="end">{escape(bar.name)}</text>'
        f'<rect class="{kind}" x="{LABELS}" y="{top + 2}" width="{max(length, 1):.1f}" '
        f'height="{ROW - 10}" rx="2"/>'
        f'<text x="{LABELS + max(length, 1) + 8:.1f}" y="{top + 16}">{escape(bar.text)}</text>'
    )
