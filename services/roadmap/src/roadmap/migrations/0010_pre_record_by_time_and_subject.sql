-- A file that is sent again is kept for as long as one that is sent now.
grant update (made_at) on import_run to roadmap;

-- The record only grows: what is asked for by an instant, or about a subject, is found without walking it.
create index on change_log (at, seq);
create index on change_log (subject, seq);
