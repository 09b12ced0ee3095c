-- What was changed is told in public, in the order of the commits, each row chained to the one before it: whoever
-- kept an old head can prove that something was changed afterwards. How the bytes lie: domain/chain.py.

create table change_log (
  seq bigint primary key,
  at timestamptz not null,
  event_id uuid unique,
  type text,
  subject text,
  digest bytea not null check (length(digest) = 32),
  prev bytea not null check (length(prev) = 32),
  hash bytea not null check (length(hash) = 32),
  salt bytea,
  body text,
  check ((salt is null) = (body is null))
);

create table chain (
  one boolean primary key default true check (one),
  seq bigint not null,
  at timestamptz not null,
  hash bytea not null,
  blanked bigint not null
);

insert into chain (seq, at, hash, blanked) values (0, '-infinity', decode(repeat('00', 32), 'hex'), 0);

-- What a transaction tells waits here for its commit; between transactions this table is empty.
create table change (
  id bigint generated always as identity primary key,
  event_id uuid,
  type text,
  subject text,
  digest bytea not null,
  salt bytea not null,
  body text not null
);

-- At the commit, when nothing else is locked any more: so the chain is held for the shortest time, in nobody's way,
-- and the order of numbers is that of the commits, without gaps.
create function chain_changes() returns trigger
  language plpgsql security definer set search_path = public, pg_temp
as $$
declare
  head chain;
  entry change;
  before bytea;
begin
  if not exists (select from change where id = new.id) then
    return null;  -- it went along with the first
  end if;
  select * into strict head from chain for update;
  head.at := greatest(clock_timestamp(), head.at);
  for entry in select * from change order by id loop
    before := head.hash;
    head.seq := head.seq + 1;
    head.hash := sha256(before || int8send(head.seq)
                               || int8send((extract(epoch from head.at) * 1000000)::bigint)
                               || entry.digest);
    insert into change_log (seq, at, event_id, type, subject, digest, prev, hash, salt, body)
    values (head.seq, head.at, entry.event_id, entry.type, entry.subject, entry.digest, before, head.hash,
            entry.salt, entry.body);
  end loop;
  update chain set seq = head.seq, at = head.at, hash = head.hash;
  delete from change;
  return null;
end
$$;

create constraint trigger at_commit
  after insert on change deferrable initially deferred
  for each row execute function chain_changes();

-- Personal data that somebody typed by mistake: the text goes; digest and chain stay, so the gap shows.
create function blank_change(which bigint) returns boolean
  language sql security definer set search_path = public, pg_temp
as $$
  with blanked as (
    update change_log
       set salt = null, body = null
     where seq = which and body is not null
    returning seq
  ), counted as (
    update chain set blanked = chain.blanked + 1 where exists (select from blanked)
  )
  select exists (select from blanked);
$$;

-- At run time the log is written by its trigger alone: nobody can forge a number, a time or a hash.
revoke execute on function chain_changes(), blank_change(bigint) from public;
grant execute on function blank_change(bigint) to roadmap;
grant select on change_log, chain to roadmap;
grant insert on change to roadmap;
