-- Some news end by themselves: from then on the front page leaves them out; the search finds their pages for ever.

alter table neighbour_page add column until timestamptz;
