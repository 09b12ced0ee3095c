-- The outbox is the record: nothing in it is changed any more. What waits for the relay stands in a
-- narrow table of its own, and of what was sent only the last of each partition is remembered.

create table unsent (
  id bigint primary key
);

create table sent_until (
  topic text not null,
  partition int not null,
  "offset" bigint not null,
  event_id uuid not null,
  primary key (topic, partition)
);

insert into unsent (id)
select id from outbox where "offset" is null;

insert into sent_until (topic, partition, "offset", event_id)
select distinct on (topic, partition) topic, partition, "offset", event_id
  from outbox
 where "offset" is not null
 order by topic, partition, "offset" desc;

drop index outbox_not_yet_on_the_log;
alter table outbox drop column partition, drop column "offset";

do $$
begin
  execute format(
    'revoke update on outbox from %1$I;
     grant select, insert, delete on unsent to %1$I;
     grant select, insert, update, delete on sent_until to %1$I',
    current_setting('machi.service'));
end
$$;
