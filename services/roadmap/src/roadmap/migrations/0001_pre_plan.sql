-- Promise, later versions and outcome are separate, dated, sourced statements; nothing is overwritten.
-- `valid` tells when a statement is in force, `recorded` when the service knew it.

create extension btree_gist;

create table revision (
  revision_id text primary key,
  supersedes text references revision,
  sha256 text not null unique,
  adopted jsonb not null,
  in_force daterange not null,
  history boolean not null,
  body jsonb not null
);

create table decision (
  decision_id bigint generated always as identity primary key,
  body text not null,
  taken_on date not null,
  chosen text not null,
  effect text not null check (effect in ('none', 'revise', 'correct', 'replan', 'stop', 'ask')),
  reason text not null,
  entered_by text not null,
  entered_at timestamptz not null
);

create table node (
  node_id text primary key,
  kind text not null check (kind in ('plan', 'perspective', 'initiative', 'bar', 'milestone', 'step')),
  version bigint not null default 1
);

create table node_text (
  node_id text not null references node,
  revision_id text not null references revision,
  parent_id text references node,
  place int not null,
  label text not null,
  mark text not null check (mark in ('S', 'R', 'I', 'N', 'X')),
  lines int4multirange,
  commitment smallint,
  more jsonb not null,
  valid daterange not null check (not isempty(valid)),
  recorded tstzrange not null check (not isempty(recorded)),
  exclude using gist (node_id with =, valid with &&, recorded with &&)
);

create table assertion (
  assertion_id bigint generated always as identity primary key,
  subject_id text not null references node,
  attr text not null check (attr in ('due', 'forecast', 'reported', 'actual')),
  asserter text not null,
  revision_id text references revision,
  edtf text,
  lo date,
  hi date,
  precision text,
  qualifier text,
  original text,
  undated_reason text,
  mark text not null check (mark in ('S', 'R', 'I', 'N', 'X')),
  evidence jsonb not null,
  decision_id bigint references decision,
  corrects bigint references assertion,
  valid daterange not null check (not isempty(valid)),
  recorded tstzrange not null check (not isempty(recorded)),
  check (lo <= hi),
  check ((edtf is null) = (mark = 'N')),
  check (edtf is not null or undated_reason is not null),
  check (revision_id is not null or decision_id is not null),
  exclude using gist (subject_id with =, attr with =, asserter with =, valid with &&, recorded with &&)
);

create index assertion_on_two_clocks on assertion using gist (recorded, valid) include (subject_id, attr, asserter);
create index assertion_now on assertion (subject_id, attr) where upper_inf(recorded);

create table request (
  idempotency_key text primary key,
  fingerprint text not null,
  answer json not null,
  answered_at timestamptz not null
);

-- At run time a row may be closed, never changed otherwise and never deleted.
grant select, insert on revision, decision, node, node_text, assertion, request to roadmap;
grant update (version) on node to roadmap;
grant update (recorded) on node_text, assertion to roadmap;
grant delete on request to roadmap;
