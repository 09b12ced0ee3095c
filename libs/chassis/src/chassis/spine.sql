-- The statements of the spine, each under its name; its tables are in migrations/.

-- say
-- The row of `spoken` is locked until the commit, so that two who speak about one subject queue
-- up: numbers have no gaps, and per subject the order of ids is the order of commits. Keys are
-- taken in one order, or two long messages would wait for one another.
with said as (
  select *
    from unnest($2::text[], $3::json[], $4::json[]) with ordinality as said (key, headers, payload, place)
), numbered as (
  insert into spoken (topic, key, sequence)
  select $1, key, count(*)
    from said
   group by key
   order by key
      on conflict (topic, key) do update
     set sequence = spoken.sequence + excluded.sequence
  returning key, sequence
), kept as (
  insert into outbox (topic, key, sequence, headers, payload, said_at)
  select $1, key,
         sequence - count(*) over (partition by key)
                  + row_number() over (partition by key order by place),
         headers, payload, $5
    from said
    join numbered using (key)
   order by place
  returning id, event_id, topic, key, sequence
), waiting as (
  insert into unsent (id) select id from kept
)
select event_id, topic, key, sequence from kept order by id;

-- unsent
-- An array, so that the planner looks each up by its id, however much the outbox holds.
select id, event_id, topic, key, sequence, headers, payload, said_at,
       (select log.id::text from log where log.topic = outbox.topic) as log
  from outbox
 where id = any(array(select id from unsent order by id limit $1))
 order by id;

-- sent_until
-- The last of our events in each partition, as far as the relay knows.
select partition, "offset", event_id from sent_until where topic = $1;

-- mark_sent
with gone as (
  delete from unsent where id = any($1::bigint[])
)
insert into sent_until (topic, partition, "offset", event_id)
select $2, * from unnest($3::int[], $4::bigint[], $5::uuid[])
    on conflict (topic, partition) do update
   set "offset" = excluded."offset", event_id = excluded.event_id;

-- not_in_outbox
select asked.event_id
  from unnest($1::uuid[]) as asked (event_id)
 where not exists (select from outbox where outbox.event_id = asked.event_id);

-- known_until
-- The last number of each key that was sent.
select key, max(sequence) as sequence
  from outbox
 where topic = $1 and key = any($2::text[])
   and not exists (select from unsent where unsent.id = outbox.id)
 group by key;

-- send_again
-- What is sent from now on fills the log anew, and says so: consumers that know another begin again.
with forgotten as (
  delete from sent_until where topic = $1
), filled as (
  insert into log (topic, id) values ($1, uuidv7())
      on conflict (topic) do update
     set id = excluded.id
)
insert into unsent (id)
select id from outbox where topic = $1
    on conflict do nothing;

-- begin_hearing
-- Changed to what it is: so it waits for who moves it, and is told with those that are new.
insert into heard_until (topic, partition, next_offset)
select topic, partition, 0
  from unnest($1::text[], $2::int[]) as assigned (topic, partition)
 order by topic, partition
    on conflict (topic, partition) do update
   set next_offset = heard_until.next_offset
returning topic, partition, next_offset, log;

-- begin_again
-- Unless another consumer has moved on from there.
update heard_until
   set next_offset = 0, log = anew.log
  from unnest($1::text[], $2::int[], $3::bigint[], $4::text[])
       as anew (topic, partition, expected, log)
 where heard_until.topic = anew.topic
   and heard_until.partition = anew.partition
   and heard_until.next_offset = anew.expected;

-- hear
-- Positions first: a consumer that was replaced still holds the old ones, moves nothing, and begins
-- anew. Then the numbers; of each subject the one before is told. What only views do need not be on
-- the disk at once: lost in a crash, it is heard again together with its position.
with moved as (
  update heard_until
     set next_offset = moved.reached
    from unnest($1::text[], $2::int[], $3::bigint[], $4::bigint[])
         as moved (topic, partition, expected, reached)
   where heard_until.topic = moved.topic
     and heard_until.partition = moved.partition
     and heard_until.next_offset = moved.expected
  returning heard_until.partition
), counted as (
  select count(*) as moved, set_config('synchronous_commit', 'off', true) from moved
), kept as (
  insert into heard (topic, key, sequence)
  select news.*
    from counted
    join unnest($5::text[], $6::text[], $7::bigint[]) as news (topic, key, sequence)
      on counted.moved = cardinality($1)
   order by topic, key
      on conflict (topic, key) do update
     set sequence = greatest(heard.sequence, excluded.sequence)
  returning topic, key, coalesce(old.sequence, 0) as sequence
)
select moved, topic, key, sequence,
       exists (select from parked
                where parked.topic = kept.topic
                  and parked.key = kept.key
                  and parked.state in ('failed', 'waiting', 'retry')) as blocked
  from counted
  left join kept on true;

-- durable
-- What is said in answer must be on the disk: the relay may send it before the crash.
set local synchronous_commit = on;

-- park
-- What cannot be decoded has no number that would tell it: read again, it is known by its place.
insert into parked (topic, partition, "offset", key, headers, payload, parked_at, state, reason, tries)
select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10
 where not exists (select from parked
                    where $8 = 'undecodable'
                      and (topic, partition, "offset", key) = ($1, $2, $3, $4)
                      and headers::text = $5::json::text
                      and payload is not distinct from $6);

-- next_parked
-- The first that may go on: one to be tried again, or one that waits behind nothing any more.
select id, topic, key, headers, payload
  from parked
 where state in ('retry', 'waiting')
   and not exists (select from parked as earlier
                    where earlier.topic = parked.topic
                      and earlier.key = parked.key
                      and earlier.state in ('failed', 'waiting', 'retry')
                      and earlier.id < parked.id)
 order by id
 limit 1
   for update skip locked;

-- settle_parked
update parked
   set state = $2, reason = $3, tries = tries + $4
 where id = $1;

-- list_parked
-- All that is not settled, or all in one state.
select id, state, parked_at, topic, partition, "offset", key, tries, reason
  from parked
 where state = $1 or ($1 is null and state not in ('done', 'discarded'))
 order by id;

-- show_parked
select * from parked where id = $1;

-- pause_hearing
-- What is being heard is heard to its end, and what comes next sees what is decided meanwhile: a
-- lock on the rows would not do, for whoever waits for a row has looked around already.
lock table heard_until in share mode;

-- retry_parked
-- What could not be decoded has let others pass: it may be tried as long as none of its subject
-- was heard after it, or what it says would come after what is newer.
update parked
   set state = 'retry'
 where id = $1
   and (state = 'failed'
        or state = 'undecodable'
           and exists (select from heard
                        where heard.topic = parked.topic
                          and heard.key = parked.key
                          and lpad(heard.sequence::text, 10, '0')
                              = (select pair.value ->> 1
                                   from json_array_elements(parked.headers) as pair
                                  where pair.value ->> 0 = 'ce_sequence'
                                  limit 1)))
returning id;

-- discard_parked
update parked
   set state = 'discarded'
 where id = $1 and state in ('undecodable', 'failed', 'waiting', 'retry')
returning id;

-- hold_positions
-- Whoever hears waits here until the commit; whoever reads sees what was there before.
select topic, partition, next_offset
  from heard_until
 order by topic, partition
   for update;

-- still_parked
-- Ids of events that stand aside: no view has seen them.
select pair.value ->> 1 as event_id
  from parked, json_array_elements(parked.headers) as pair
 where parked.state in ('failed', 'waiting', 'retry', 'discarded')
   and pair.value ->> 0 = 'ce_id';

-- empty
select format('delete from %I', $1::text);

-- checksum
select format('select md5(coalesce(string_agg(r::text, chr(10) order by r::text), %L)) from %I as r',
              '', $1::text);

-- heard
select sequence from heard where topic = $1 and key = $2;

-- claim_job
-- Whoever moves the time on does the work, in one transaction: a second replica waits for the
-- row, finds it moved and does nothing; after a pause the job runs at once.
insert into clock (job, ran_at) values ($1, $2)
    on conflict (job) do update
   set ran_at = excluded.ran_at
 where clock.ran_at <= excluded.ran_at - $3::interval
    or clock.ran_at > excluded.ran_at + $3::interval  -- it ran under a clock that was shifted
returning job;

-- flow
select (select count(*) from unsent) as unsent,
       coalesce(extract(epoch from $1 - min(said_at)), 0)::float as oldest_unsent_seconds,
       (select count(*) from parked where state not in ('done', 'discarded')) as parked
  from outbox
 where id = (select min(id) from unsent);

-- waits_for_a_lock
select exists (select from pg_stat_activity
                where datname = current_database()
                  and usename = current_user
                  and wait_event_type = 'Lock');

-- migration
create table if not exists migration (
  name text primary key,
  sha256 text not null,
  applied_at timestamptz not null default now()
);

-- withdraw_unsent
with waiting as (
  delete from unsent
   using outbox
   where unsent.id = outbox.id and topic = $1 and key = any($2::text[])
  returning outbox.id
), gone as (
  delete from outbox where id in (select id from waiting)
  returning *
)
select event_id, topic, key, headers, payload, said_at from gone order by id;

-- take_back
insert into outbox (topic, event_id, key, sequence, headers, payload, said_at)
values ($1, $2, $3, $4, $5, $6, $7::text::timestamptz)
    on conflict do nothing;

-- speak_on
insert into spoken (topic, key, sequence)
select topic, key, max(sequence)
  from outbox
 where topic = $1 and key = any($2::text[])
 group by topic, key
    on conflict (topic, key) do update
   set sequence = excluded.sequence;

-- say_after
with numbered as (
  insert into spoken (topic, key, sequence) values ($2, $3, 1)
      on conflict (topic, key) do update
     set sequence = spoken.sequence + 1
  returning sequence
)
insert into outbox (event_id, topic, key, sequence, headers, payload, said_at)
select $1, $2, $3, sequence, $4, $5, $6
  from numbered;
