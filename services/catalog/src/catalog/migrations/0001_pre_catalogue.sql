-- A procedure as it is now, every version of it as it was, and what was heard of milestones.
-- A version is said when it is kept; nothing is deleted.

create table procedure (
  procedure_id text primary key
    check (procedure_id ~ '^[a-z][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)+$' and length(procedure_id) <= 60),
  version bigint not null check (version > 0),
  state text not null check (state in ('draft', 'published', 'withdrawn')),
  body jsonb not null
);

create table procedure_version (
  procedure_id text not null references procedure,
  version bigint not null check (version > 0),
  at timestamptz not null,
  body jsonb not null,
  primary key (procedure_id, version)
);

create table shown_milestone (
  milestone_id text primary key,
  version bigint not null,
  body jsonb not null
);

-- At run time a procedure may become its next version; what a version was is never changed.
grant select, insert, update on procedure, shown_milestone to catalog;
grant select, insert on procedure_version to catalog;
