-- Each page and each tree says when something was last recorded; that must not take a look at every row.
create index assertion_last_recorded on assertion (coalesce(upper(recorded), lower(recorded)));
