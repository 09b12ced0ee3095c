-- A plan is looked at before it is loaded: the file waits here for answers, and for whoever confirms it.

create table import_run (
  import_id uuid primary key default uuidv7(),
  name text not null,
  body bytea not null,
  answers jsonb not null default '[]',
  made_by text not null,
  made_at timestamptz not null,
  answered_by text,
  confirmed_by text,
  confirmed_at timestamptz
);
create unique index import_of_a_file on import_run (sha256(body)) where confirmed_at is null;

grant select, insert, delete on import_run to roadmap;
grant update (name, answers, answered_by, confirmed_by, confirmed_at) on import_run to roadmap;

-- The file as it was sent: whoever wants to may load it elsewhere, and see that nothing was added.
alter table revision add column file bytea;
