-- What neighbours told of their pages: the front page and the search show it. It is made from the log alone;
-- what was heard before this table was there is in it after `machi rebuild catalog`.

create table neighbour_page (
  service text not null,
  subject text not null,
  type text not null,
  page text not null,
  title text not null,
  text text not null,
  news boolean not null,
  at timestamptz not null,
  primary key (service, subject)
);

grant select, insert, update on neighbour_page to catalog;
