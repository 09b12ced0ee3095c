-- A topic that was filled anew may have its records in another order: each of them says which filling it
-- belongs to, and a position remembers the latest that it has met. Without one it is the first filling.

create table log (
  topic text primary key,
  id uuid not null
);

alter table heard_until drop column last_id, add column log text not null default '';

do $$
begin
  execute format('grant select, insert, update on log to %1$I', current_setting('machi.service'));
end
$$;
