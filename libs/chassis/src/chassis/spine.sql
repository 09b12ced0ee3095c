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
)
insert into outbox (topic, key, sequence, headers, payload, said_at)
select $1, key,
       sequence - count(*) over (partition by key)
                + row_number() over (partition by key order by place),
       headers, payload, $5
  from said
  join numbered using (key)
 order by place
returning event_id, topic, key, sequence;

-- unsent
select id, event_id, topic, key, sequence, headers, payload
  from outbox
 where "offset" is null
 order by id
 limit $1;

-- mark_sent
update outbox
   set partition = marked.partition, "offset" = marked.log_offset
  from unnest($1::bigint[], $2::int[], $3::bigint[]) as marked (id, partition, log_offset)
 where outbox.id = marked.id;

-- begin_hearing
-- A position beyond the end of the log belongs to a log that is gone: begin again.
with assigned as (
  select * from unnest($1::text[], $2::int[], $3::bigint[]) as assigned (topic, partition, log_end)
)
insert into heard_until (topic, partition, next_offset)
select topic, partition, 0
  from assigned
    on conflict (topic, partition) do update
   set next_offset = case
         when heard_until.next_offset > (select log_end from assigned
                                          where assigned.topic = heard_until.topic
                                            and assigned.partition = heard_until.partition)
         then 0
         else heard_until.next_offset
       end
returning topic, partition, next_offset;

-- move_on
-- A consumer that was replaced still holds the old position: it moves nothing and begins anew.
update heard_until
   set next_offset = moved.reached
  from unnest($1::text[], $2::int[], $3::bigint[], $4::bigint[])
       as moved (topic, partition, expected, reached)
 where heard_until.topic = moved.topic
   and heard_until.partition = moved.partition
   and heard_until.next_offset = moved.expected;

-- known
select asked.topic, asked.key,
       coalesce(heard.sequence, 0) as sequence,
       exists (select from parked
                where parked.topic = asked.topic
                  and parked.key = asked.key
                  and parked.state in ('failed', 'waiting', 'retry')) as blocked
  from unnest($1::text[], $2::text[]) as asked (topic, key)
  left join heard using (topic, key);

-- keep_heard
insert into heard (topic, key, sequence)
select *
  from unnest($1::text[], $2::text[], $3::bigint[]) as kept (topic, key, sequence)
 order by topic, key
    on conflict (topic, key) do update
   set sequence = excluded.sequence;

-- park
insert into parked (topic, partition, "offset", key, headers, payload, parked_at, state, reason, tries)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    on conflict do nothing;

-- heard
select sequence from heard where topic = $1 and key = $2;

-- claim_job
-- Whoever moves the time on does the work, in one transaction: a second replica waits for the
-- row, finds it moved and does nothing; after a pause the job runs at once.
insert into clock (job, ran_at) values ($1, $2)
    on conflict (job) do update
   set ran_at = excluded.ran_at
 where clock.ran_at <= excluded.ran_at - $3::interval
returning job;

-- flow
select count(*) as unsent,
       coalesce(extract(epoch from $1 - min(said_at)), 0)::float as oldest_unsent_seconds,
       (select count(*) from parked where state not in ('done', 'discarded')) as parked
  from outbox
 where "offset" is null;

-- migration
create table if not exists migration (
  name text primary key,
  sha256 text not null,
  applied_at timestamptz not null default now()
);
