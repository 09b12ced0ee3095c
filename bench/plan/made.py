"""A made-up plan of any size, and a history on two clocks for each of its dates."""

import asyncpg

from process.migrating import migrate
from roadmap.domain import read_plan
from roadmap.store import Store

BARS, MILESTONES = 30, 10  # below each initiative
REVISIONS = 8
ROWS = 3 * REVISIONS + 1
"""So many assertions each date gets: three a revision, and the one in force."""
SHA = "0" * 64

HEAD = """\
machi_plan: 1
municipality: "042111"
revision:
  id: {revision}
  supersedes: {supersedes}
  adopted: {{edtf: "{adopted}", mark: X}}
  decision: null
  source: {{title: 計測のための作り物の計画}}
nodes:
  - {{id: plan, kind: plan, label: 作り物の計画, mark: X, period: {{edtf: "2021-04/2029-03", mark: X}}}}
"""
BAR = '  - {{id: {id}, kind: bar, parent: "{up}", label: {label}の推進, mark: X, extent: {{edtf: "{year}-04/{year}-09", mark: X}}}}\n'
MILESTONE = """\
  - {{id: {id}, kind: milestone, parent: "{up}", label: {label}の開始, wording: {label}を開始します, due: {{edtf: "{year}-09", mark: X}}}}
"""


def plan_file(initiatives: int, *, revision: str = "B1", changed: int = 0) -> str:
    """A plan with so many initiatives, forty dates below each; of a later one some labels and dates are others."""
    first = revision == "B1"
    head = HEAD.format(
        revision=revision,
        supersedes="null" if first else "B1",
        adopted="2021-04" if first else "2026-11",
    )
    perspectives = "".join(
        f'  - {{id: "{n}", kind: perspective, parent: plan, label: 視点{n}, mark: X}}\n'
        for n in range(1, 1 + -(-initiatives // 10))
    )
    nodes = "".join(_initiative(n, changed) for n in range(initiatives))
    return f"{head}{perspectives}{nodes}not_in_text: []\n"


def _initiative(number: int, changed: int) -> str:
    up = f"{number // 10 + 1}-{number % 10 + 1}"
    label = f"業務{number}{'（改）' if number < changed else ''}"
    year = 2025 + number % 3 + (number < changed)
    named = {"up": up, "label": label, "year": year}
    head = f'  - {{id: "{up}", kind: initiative, parent: "{number // 10 + 1}", label: {label}, mark: X}}\n'
    bars = (BAR.format(id=f"{up}-b{n}", **named) for n in range(BARS))
    milestones = (MILESTONE.format(id=f"ms-{up}-{n}", **named) for n in range(MILESTONES))
    return "".join((head, *bars, *milestones))


# Each date is promised anew eight times, and each promise but the last is put right once after it ended:
# three rows a promise, as `Store.keep_change` would leave them.
HISTORY = """
insert into decision (body, taken_on, chosen, effect, reason, entered_by, entered_at)
select '本部', date '2021-04-01' + n * 180, '改める', 'revise', '作業の遅れ', 'bench', now()
  from generate_series(1, 8) as n;

create temporary table dated as
select assertion_id, row_number() over (order by subject_id) as place, subject_id, asserter, attr, lo, hi,
       edtf, precision, mark, evidence, revision_id
  from assertion where attr = 'due' and subject_id <> 'plan';

create temporary table told as
select dated.*, n,
       date '2021-04-01' + n * 180 as since, date '2021-04-01' + (n + 1) * 180 as until,
       timestamptz '2022-01-01 00:00+00' + n * interval '30 days' + place * interval '1 second' as known,
       timestamptz '2022-01-01 00:00+00' + (n + 1) * interval '30 days' + place * interval '1 second' as ended,
       timestamptz '2022-01-01 00:00+00' + (n + 1.5) * interval '30 days' + place * interval '1 second' as corrected
  from dated, generate_series(0, 8) as n;

update node set known_since = '2022-01-01';
update node_text set recorded = tstzrange('2022-01-01', null);
update revision set recorded = '2022-01-01';
delete from assertion where subject_id <> 'plan';
update assertion set recorded = tstzrange('2022-01-01', null);

insert into assertion (subject_id, attr, asserter, revision_id, edtf, lo, hi, precision, mark, evidence,
                       decision_id, valid, recorded)
select subject_id, attr, asserter, case when n = 0 then revision_id end,
       case when attr = 'due' and subject_id like 'ms-%' then to_char(lo + n * 31, 'YYYY-MM') else edtf end,
       case when subject_id like 'ms-%' then date_trunc('month', lo + n * 31)::date else lo end,
       case when subject_id like 'ms-%'
            then (date_trunc('month', lo + n * 31) + interval '1 month - 1 day')::date else hi end,
       precision, mark, evidence, case when n > 0 then n end, part.valid, part.recorded
  from told,
       lateral (values (daterange(since, null), tstzrange(known, case when n < 8 then ended end)),
                       (daterange(since, until), tstzrange(ended, corrected)),
                       (daterange(since, until), tstzrange(corrected, null))) as part (valid, recorded)
 where n < 8 or part.recorded = tstzrange(known, null)
 order by known;
drop table told;
drop table dated;
analyze;
"""


async def prepare(address: str, initiatives: int) -> None:
    """Put the plan and its history into a database that is empty."""
    await migrate(address, "roadmap")
    plan = read_plan(plan_file(initiatives), "plan.yaml")
    connection = await asyncpg.connect(address)
    async with connection.transaction():
        await Store(connection).keep_plan(plan)
    async with connection.transaction():
        await connection.execute(HISTORY)
    await connection.execute("vacuum analyze")
    await connection.close()
