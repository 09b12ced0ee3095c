-- A milestone knows since when it is watched; statements of what happened rest on evidence, not on a decision.

alter table node drop constraint node_kind_check;
alter table node add check (
  kind in ('plan', 'perspective', 'initiative', 'bar', 'milestone', 'step', 'list', 'item')
);
alter table node add column known_since timestamptz;
update node set known_since = (select min(lower(recorded)) from node_text where node_text.node_id = node.node_id);
alter table node alter column known_since set not null;

alter table decision add column not_chosen text[] not null default '{}';
alter table decision add column about text[] not null default '{}';
alter table revision add column decision_id bigint references decision;

alter table assertion drop constraint assertion_check3;
alter table assertion add constraint promised_by_somebody check (
  attr <> 'due' or revision_id is not null or decision_id is not null
);
create index node_text_on_two_clocks on node_text using gist (recorded, valid);
alter table revision add column recorded timestamptz not null default clock_timestamp();

-- Why something was put right is public; who entered it is not.
alter table assertion add column why text, add column entered_by text;

-- What a revision says beside its tree is one value now; of one that was loaded before, only its silences are known.
update revision
   set body = body || jsonb_build_object('extras', jsonb_build_object('silences', body -> 'silences'))
 where not body ? 'extras';
