"""What we do with data sets that wait: make a version of what has changed, and tell it."""

from dataclasses import replace
from datetime import datetime

from chassis.saying import Cause, Saying
from contracts import opendata as said
from opendata import exports
from opendata.domain import DATASETS, SLUGS, Imprint, Table, Version, Waiting, change, named, ripe
from opendata.store import Store

TITLE = "データ「{title}」の第{number}版を公開しました"


async def look_again(store: Store, _say: Saying, now: datetime) -> None:
    """Let all data sets wait: a new release, a setting or a rebuild may have changed them."""
    await store.wait(*SLUGS, at=now)


async def publish_ripe(store: Store, say: Saying, now: datetime, *, imprint: Imprint) -> None:
    """Publish each data set that has been quiet, or has waited for long, if it has changed at all."""
    if not ripe(await store.waiting(), now):
        return
    for each in ripe(await store.hold_waiting(), now):
        await _publish(each, store, say=say, now=now, imprint=imprint)
        await store.waited(each.slug)


async def _publish(
    waiting: Waiting, store: Store, *, say: Saying, now: datetime, imprint: Imprint
) -> None:
    """Make a version if there is anything to tell, and tell it as what the last event led to."""
    after = DATASETS[waiting.slug].table(await store.shown(waiting.slug), imprint)
    last = await store.latest(named(imprint.publisher.code, waiting.slug))
    changed = change(await _table(last, store) if last else None, after)
    if changed is None:
        return
    files = exports.files(after)
    version = Version(
        number=last.number + 1 if last else 1,
        at=now,
        caused_by=waiting.event_id,
        change=changed,
        about=after.about,
        rows=len(after.rows),
        forms=tuple(file.form for file in files),
    )
    await store.keep_version(version, files)
    cause = Cause(waiting.event_id, waiting.hops) if waiting.event_id else None
    await replace(say, cause=cause)(as_published(version))


async def _table(version: Version, store: Store) -> Table:
    """The table of which a version was made."""
    content = await store.content(version, version.form("json"))
    return Table(about=version.about, rows=exports.rows_from(content, version.about))


def as_published(version: Version) -> said.DatasetPublished:
    """How a version is told, with all that is known of it."""
    about, imprint = version.about, version.about.imprint
    publisher, licence = imprint.publisher, imprint.licence
    return said.DatasetPublished(
        title=TITLE.format(title=about.title, number=version.number),
        page=about.page,
        dataset_id=about.name,
        name=about.name,
        label=about.title,
        description=about.description,
        keywords=list(about.keywords),
        version=version.number,
        previous_version=version.previous,
        reason=version.change.reason,
        data_changed=version.change.data_changed,
        published_at=version.at,
        caused_by=version.caused_by,
        licence=said.DatasetLicence(id=licence.id, title=licence.title, url=licence.url),
        publisher=said.DatasetPublisher(code=publisher.code, name=publisher.name),
        files=[_file(version)],
        diff=_diff(version),
    )


def _file(version: Version) -> said.DatasetFile:
    about = version.about
    return said.DatasetFile(
        label=about.title,
        rows=version.rows,
        columns=[
            said.DatasetColumn(physical=each.physical, label=each.label, type=each.type)
            for each in about.columns
        ],
        key_columns=list(about.key),
        forms=[
            said.DatasetForm(
                format=form.format,
                media_type=form.media_type,
                encoding=form.encoding,
                bom=form.bom,
                bytes=form.size,
                sha256=form.sha256,
                url=version.path(form),
            )
            for form in version.forms
        ],
    )


def _diff(version: Version) -> said.DatasetDiff:
    diff = version.change.diff
    return said.DatasetDiff(
        basis=diff.basis,
        rows_added=diff.rows_added,
        rows_removed=diff.rows_removed,
        rows_changed=diff.rows_changed,
        cells_changed=diff.cells_changed,
        columns_added=list(diff.columns_added),
        columns_removed=list(diff.columns_removed),
    )
