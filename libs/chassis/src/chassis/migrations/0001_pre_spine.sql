-- What was said is a table, what was heard is a position; both move in the transaction of the effect.

create table spoken (
  topic text not null,
  key text not null,
  sequence bigint not null,
  primary key (topic, key)
);

create table outbox (
  id bigint generated always as identity primary key,
  event_id uuid not null default uuidv7() unique,
  topic text not null,
  key text not null,
  sequence bigint not null,
  headers json not null,
  payload json not null,
  said_at timestamptz not null,
  partition int,
  "offset" bigint,
  unique (topic, key, sequence)
);

create index outbox_not_yet_on_the_log on outbox (id) where "offset" is null;

create table heard (
  topic text not null,
  key text not null,
  sequence bigint not null,
  primary key (topic, key)
);

create table heard_until (
  topic text not null,
  partition int not null,
  next_offset bigint not null,
  primary key (topic, partition)
);

create table parked (
  topic text not null,
  partition int not null,
  "offset" bigint not null,
  key text,
  headers json not null,
  payload bytea,
  reason text not null,
  tries int not null,
  state text not null check (state in ('undecodable', 'failed', 'waiting', 'retry', 'done', 'discarded')),
  parked_at timestamptz not null,
  primary key (topic, partition, "offset")
);

create index parked_key_is_blocked on parked (topic, key) where state in ('failed', 'waiting', 'retry');

create table clock (
  job text primary key,
  ran_at timestamptz not null
);

do $$
begin
  execute format(
    'grant select on migration to %1$I;
     grant select, insert, update on spoken, outbox, heard, heard_until, parked, clock to %1$I',
    current_setting('machi.service'));
end
$$;
