-- That a deadline day comes near, or is over, is told once of each day and threshold, whoever runs and whenever.
-- The day is the key and not the row: a promise that is stated again, or kept until another holds, is no other one.

create table reminder (
  subject_id text not null references node,
  deadline date not null,
  threshold int not null check (threshold >= 0),  -- days; 0: the day is over
  told_at timestamptz not null,
  primary key (subject_id, deadline, threshold)
);

grant select, insert on reminder to roadmap;
