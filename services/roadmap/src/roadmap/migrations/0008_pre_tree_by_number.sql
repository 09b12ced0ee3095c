-- A whole tree is asked for by the numbers of its statements: what held, and how often a milestone's date moved. This index
-- answers both alone.
drop index assertion_on_two_clocks;
create index assertion_on_two_clocks on assertion using gist (recorded, valid) include (subject_id, assertion_id, attr, hi);
