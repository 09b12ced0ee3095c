-- A later notice about the same page ends an earlier one; which is the newest of them follows from the notices.

create index notice_about on notice (about, issued_at desc, notice_id desc);

create view notice_told as
select *, (select later.notice_id
             from notice later
            where later.about = notice.about
              and (later.issued_at, later.notice_id) > (notice.issued_at, notice.notice_id)
            order by later.issued_at desc, later.notice_id desc
            limit 1) as followed_by
  from notice;

grant select on notice_told to notify;
