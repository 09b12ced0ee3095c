-- A log made anew has other records at the same offsets: a position remembers the last one it saw,
-- and a parked message is known by a number of its own.

alter table heard_until add column last_id text;

alter table parked drop constraint parked_pkey;
alter table parked add column id bigint generated always as identity primary key;
