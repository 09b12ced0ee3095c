-- A promise that was told, and replaced before it held on any day: the clock of what is in force does not know it
-- any more, yet it was a promise, and its date moved. A later revision may begin earlier still: then there is a row more.
create table overtaken (
  assertion_id bigint not null references assertion,
  subject_id text not null references node,
  since date not null, -- the first day of what took its place
  at timestamptz not null,
  primary key (assertion_id, since)
);
create index on overtaken (subject_id);
grant select, insert on overtaken to roadmap;

insert into overtaken
select told.assertion_id, told.subject_id, min(lower(next.valid)) filter (where upper_inf(next.valid)), upper(told.recorded)
  from assertion as told
  join assertion as next
    on next.subject_id = told.subject_id and next.attr = 'due' and lower(next.recorded) = upper(told.recorded)
 where told.attr = 'due'
 group by told.assertion_id
having min(lower(next.valid)) filter (where upper_inf(next.valid)) <= lower(told.valid)
   and not coalesce(bool_or(next.corrects = told.assertion_id), false);
