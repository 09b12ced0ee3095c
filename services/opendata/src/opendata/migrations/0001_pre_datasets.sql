-- What was heard and is published, what waits to be, and every version with its bytes.

create table shown_milestone (
  milestone_id text primary key,
  body jsonb not null,
  first_due jsonb  -- as it was first heard; null: there was no date
);

create table shown_procedure (
  procedure_id text primary key,
  body jsonb not null
);

create table waiting (
  waiting_id bigint generated always as identity primary key,
  slug text not null,
  at timestamptz not null,
  event_id text,  -- null: a look that no event asked for
  hops int not null
);

create table version (
  dataset_id text not null,
  version int not null check (version > 0),
  at timestamptz not null,
  body jsonb not null,
  primary key (dataset_id, version)
);

create table version_file (
  dataset_id text not null,
  version int not null,
  form text not null,
  content bytea not null,
  primary key (dataset_id, version, form),
  foreign key (dataset_id, version) references version
);

-- At run time a version is never changed, and only what waited is deleted.
grant select, insert, update on shown_milestone, shown_procedure to opendata;
grant select, insert, delete on waiting to opendata;
grant select, insert on version, version_file to opendata;
