create table moved (heading text primary key, times bigint not null);
grant select, insert, update on moved to moves;
