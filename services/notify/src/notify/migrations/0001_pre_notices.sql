-- A row stands before a socket opens; doubt is written down; an address is sealed, and found blindly.

create table heard_milestone (
  milestone_id text primary key,
  initiative text not null,
  label text not null
);

create table notice (
  notice_id uuid primary key,
  rule text not null,
  title text not null,
  lines text[] not null,
  topics text[] not null,
  caused_by text not null,
  about text not null,
  issued_at timestamptz not null,
  expires_at timestamptz not null,
  unique (caused_by, rule)
);
create index notice_newest_first on notice (issued_at desc, notice_id desc);

create table endpoint (
  endpoint_id bigint generated always as identity primary key,
  blind bytea not null unique,
  sealed bytea not null,
  state text not null default 'pending' check (state in ('pending', 'active', 'suppressed')),
  generation int not null default 1,
  asked_at timestamptz not null,
  left_at timestamptz
);

create table subscription (
  topic text not null,
  endpoint_id bigint not null references endpoint on delete cascade,
  since timestamptz not null,
  primary key (topic, endpoint_id)
);
create index on subscription (endpoint_id);

create table confirmation (
  token_hash bytea primary key,
  endpoint_id bigint not null references endpoint on delete cascade,
  wanted text[] not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index on confirmation (endpoint_id);

-- The ledger outlives an address that is forgotten: ids, states and times, nothing of a person.
create table delivery (
  delivery_id uuid primary key,
  kind text not null check (kind in ('confirmation', 'preferences', 'notice')),
  endpoint_id bigint not null,
  notice_id uuid references notice,
  sealed_token bytea,
  lane smallint not null,
  state text not null default 'queued' check (state in ('queued', 'leased', 'attempting', 'accepted', 'refused',
                                                        'uncertain', 'dead', 'expired', 'suppressed')),
  attempts smallint not null default 0,
  doubts smallint not null default 0,
  queued_at timestamptz not null,
  due_at timestamptz not null,
  expires_at timestamptz not null,
  lease uuid,
  leased_until timestamptz,
  ended_at timestamptz,
  why text,
  check ((state in ('leased', 'attempting')) = (lease is not null and leased_until is not null)),
  check ((kind = 'notice') = (notice_id is not null)),
  check (ended_at is null or sealed_token is null)
);
create index delivery_due on delivery (lane, due_at) where state = 'queued';
create index delivery_expiring on delivery (expires_at) where state = 'queued';
create index delivery_leased on delivery (leased_until) where state in ('leased', 'attempting');

grant select, insert, update, delete on heard_milestone, endpoint, subscription, confirmation to notify;
grant select, insert on notice to notify;
grant select, insert on delivery to notify;
grant update (state, attempts, doubts, due_at, lease, leased_until, ended_at, why, sealed_token) on delivery to notify;
