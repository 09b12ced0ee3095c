"""The page where one chooses what to follow, and by which door it comes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from fastapi import APIRouter, Request, Response

from contracts.topics import topic
from roadmap import domain
from roadmap.domain.choosing import KINDS
from roadmap.exports.calendars import LAYERS, fitting
from roadmap.exports.publishing import Publisher
from roadmap.exports.wording import named
from roadmap.pages.looking import AtDesk, Look, Moment, empty, moment
from web import etags

router = APIRouter()

API = "/api/roadmap"
TABLES = {
    "milestones": "節目の一覧（期日、実績、状態、変更、出典）",
    "nodes": "計画の構成",
    "assertions": "日付の記載",
    "decisions": "決定",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """The addresses of every door for what was chosen, whole, to be copied."""

    publisher: Publisher
    choice: domain.Choice
    layers: frozenset[str]
    only_periods: bool = False
    """Whether periods were added because nothing that was chosen is dated more finely."""

    @property
    def calendar(self) -> str:
        """For programs that ask for an address."""
        asked = {"layer": ",".join(sorted(self.layers))} if self.layers else {}
        return self._at("/calendar.ics", asked)

    @property
    def webcal(self) -> str:
        """For programs that open when it is touched."""
        return f"webcal://{self.calendar.partition('://')[2]}"

    @property
    def atom(self) -> str:
        """For feed readers."""
        return self._at("/feed.atom")

    @property
    def json_feed(self) -> str:
        """The same as JSON."""
        return self._at("/feed.json")

    @property
    def stream(self) -> str:
        """For programs that wait for events; there every heading is named alike."""
        headings = (*self.choice.perspective, *self.choice.initiative)
        asked = {"initiative": ",".join(headings), "milestone": ",".join(self.choice.milestone)}
        query = {name: ids for name, ids in asked.items() if ids}
        return self.publisher.address(f"{API}/stream", query)

    @property
    def keys(self) -> list[str]:
        """The Kafka keys of the chosen milestones."""
        return [f"{self.publisher.municipality}/{each}" for each in self.choice.milestone]

    @property
    def tables(self) -> list[tuple[str, str]]:
        """What each table holds, and its address."""
        return [
            (word, self.publisher.address(f"{API}/export/{t}.csv")) for t, word in TABLES.items()
        ]

    def embed(self, name: str) -> str:
        """The page that others may frame."""
        return self.publisher.address(f"/plan/embed/{name}")

    def _at(self, path: str, own: Mapping[str, str] | None = None) -> str:
        return self.publisher.address(API + path, {**self.choice.query, **(own or {})})


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscribePage:
    """What can be chosen, what is, and all doors to it."""

    moment: Moment
    perspectives: Sequence[domain.Node]
    initiatives: Sequence[domain.Node]
    milestones: Sequence[domain.Node]
    name: str
    """What was chosen, in words."""
    chosen: Sequence[domain.Node]
    ways: Ways
    topic: str

    def has(self, kind: str, name: str) -> bool:
        """Whether it is chosen."""
        return name in self.ways.choice.named.get(kind, ())


@router.get("/plan/subscribe")
async def subscribe(request: Request, *, desk: AtDesk, look: Look) -> Response:
    """What to follow, and every way to do so."""
    at, asked = domain.present(desk.now()), request.query_params
    choice = domain.Choice.read({kind: asked.getlist(kind) for kind in KINDS})
    layers = frozenset(LAYERS).intersection(asked.getlist("layer"))
    async with desk.read() as store:
        picture = await store.picture(at)
        nodes = [text.node for text in (await store.plans.texts(at)).values()]
    chosen = choice.below(nodes)  # refuses what there is not
    seen = moment(request, picture, desk.now())
    if picture.root is None:
        return empty(request, look, seen)
    publisher = cast("Publisher", request.app.state.publisher)
    fit = _fitting(picture, chosen, layers)
    ways = Ways(publisher=publisher, choice=choice, layers=fit, only_periods=fit != layers)
    page = _page(seen, nodes, ways)
    return etags.page(request, look.get_template("subscribe.html").render(page=page))


def _fitting(
    picture: domain.Picture, chosen: frozenset[str] | None, layers: frozenset[str]
) -> frozenset[str]:
    """The layers with which the calendar of a choice is not empty, as far as there are such."""
    those = [m for m in picture.milestones if chosen is None or m.milestone_id in chosen]
    spans = [
        (node, picture.extents[node.node_id])
        for node in picture.nodes
        if node.kind in ("bar", "step") and node.node_id in picture.extents
        if chosen is None or node.node_id in chosen
    ]
    return fitting(those, spans, layers)


def _page(seen: Moment, nodes: Sequence[domain.Node], ways: Ways) -> SubscribePage:
    picture = seen.picture
    ids = {each for chosen in ways.choice.named.values() for each in chosen}
    chosen = [node for node in nodes if node.node_id in ids]
    perspectives = picture.of_kind("perspective")
    above = [node.node_id for node in (*perspectives, *nodes)]  # so they stand below their headings
    return SubscribePage(
        moment=seen,
        perspectives=perspectives,
        initiatives=sorted(
            picture.of_kind("initiative"), key=lambda one: above.index(one.parent_id or one.node_id)
        ),
        milestones=picture.of_kind("milestone"),
        name=named(ways.choice, nodes),
        chosen=chosen or picture.of_kind("plan"),
        ways=ways,
        topic=topic("roadmap"),
    )
