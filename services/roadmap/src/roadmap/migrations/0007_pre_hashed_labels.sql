-- What a row of the log is called (its event, type and subject) is under its hash too, and so is the scheme by which
-- the hash was made: 1, without the name, of rows from before; 2, with it. An old chain is not written anew.
-- That a text was taken out is told by a row of its own: a gap of which none tells was torn by somebody else.

alter table change_log add column scheme smallint not null default 1;

-- RFC 8785 JSON: the names in their order; PostgreSQL escapes a text as that does.
create function label_of(scheme int, event_id uuid, type text, subject text) returns bytea
  language sql immutable
as $$
  select convert_to(format('{"event_id":%s,"scheme":%s,"subject":%s,"type":%s}',
                           coalesce(to_json(event_id)::text, 'null'), scheme,
                           coalesce(to_json(subject)::text, 'null'),
                           coalesce(to_json(type)::text, 'null')),
                    'UTF8');
$$;

create or replace function chain_changes() returns trigger
  language plpgsql security definer set search_path = public, pg_temp
as $$
declare
  head chain;
  entry change;
  before bytea;
begin
  if not exists (select from change where id = new.id) then
    return null;  -- it went along with the first
  end if;
  select * into strict head from chain for update;
  head.at := greatest(clock_timestamp(), head.at);
  for entry in select * from change order by id loop
    before := head.hash;
    head.seq := head.seq + 1;
    head.hash := sha256(before || int8send(head.seq)
                               || int8send((extract(epoch from head.at) * 1000000)::bigint)
                               || entry.digest
                               || label_of(2, entry.event_id, entry.type, entry.subject));
    insert into change_log (seq, at, event_id, type, subject, digest, prev, hash, salt, body, scheme)
    values (head.seq, head.at, entry.event_id, entry.type, entry.subject, entry.digest, before, head.hash,
            entry.salt, entry.body, 2);
  end loop;
  update chain set seq = head.seq, at = head.at, hash = head.hash;
  delete from change;
  return null;
end
$$;

create function tell_of_gap(which bigint) returns void
  language sql
as $$
  insert into change (type, subject, digest, salt, body)
  select 'blanked', which::text, sha256(salt || convert_to(body, 'UTF8')), salt, body
    from uuid_send(gen_random_uuid()) as salt,
         format('{"data":{"seq":%s},"subject":"%s","type":"blanked"}', which, which) as body;
$$;

select tell_of_gap(seq) from change_log where body is null order by seq;

-- Why a statement was taken back: no other took its place that could say so.
create table withdrawal (
  assertion_id bigint primary key references assertion,
  why text not null,
  entered_by text not null
);
grant select, insert on withdrawal to roadmap;

-- Up to which day and row of the log deadline days were looked at: as long as neither goes on there is nothing to tell.
create table looked (
  one boolean primary key default true check (one),
  day date not null,
  seq bigint not null
);
grant select, insert, update on looked to roadmap;

-- Fields of what is told, of what is kept and of what is answered in which a person's words can stand.
create function is_words(field text) returns boolean
  language sql immutable
as $$
  select field in ('body', 'chosen', 'not_chosen', 'reason', 'undated_reason', 'why', 'taken_back', 'before', 'after',
                   'source', 'url', 'lines');
$$;

-- Those words, each once; a title is made of them.
create function words_of(said jsonb) returns setof text
  language sql immutable
as $$
  select distinct word #>> '{}'
    from jsonb_path_query(said, 'strict $.** ? (@.type() == "object")') as part,
         jsonb_each(part) as one (field, value),
         jsonb_path_query(value, 'lax $[*] ? (@.type() == "string")') as word
   where is_words(field);
$$;

-- All the words in a statement. A date is none, however it is written: what cannot be read as one is refused.
create function words_in(said assertion) returns setof text
  language sql immutable
as $$
  select words
    from (select unnest(array[said.undated_reason, said.why]) as words union select words_of(said.evidence)) as found
   where words is not null;
$$;

-- Those that a person typed. What a plan's file states is none of them, also where a correction has taken it over.
create function typed_in(said assertion) returns setof text
  language sql stable
as $$
  select words
    from words_in(said) as words
   where said.revision_id is null
      or said.corrects is not null
     and not exists (select from assertion as stated, words_in(stated) as own
                      where stated.subject_id = said.subject_id and stated.revision_id = said.revision_id
                        and stated.corrects is null and own = words);
$$;

create function blanked(said text) returns text
  language sql immutable
as $$ select case when said is null then null else '（個人情報のため消しました）' end $$;

create function blanked(said text, gone text[]) returns text
  language sql immutable
as $$ select case when said = any (gone) then blanked(said) else said end $$;

-- A record without anybody's words: dates, ids and marks stay, and it is still the event that it was.
create function wordless(said jsonb, field text default '') returns jsonb
  language plpgsql immutable
as $$
begin
  return case jsonb_typeof(said)
    when 'array' then (select coalesce(jsonb_agg(wordless(each, field) order by place), '[]')
                         from jsonb_array_elements(said) with ordinality as one (each, place))
    when 'object' then (select coalesce(jsonb_object_agg(own, wordless(value, own)), '{}')
                          from jsonb_each(said) as one (own, value))
    when 'string' then case
      when field in ('url', 'lines') then 'null'
      when field = 'title' or is_words(field) then to_jsonb(blanked(''))
      else said end
    else said
  end;
end
$$;

-- Whether a text that was cut (…) ends with the beginning of another: see domain/difference/told.py.
create function cut_from(said text, whole text) returns boolean
  language sql immutable
as $$
  select exists (select from string_to_array(left(said, -1), '、') as parts, generate_subscripts(parts, 1) as first,
                             array_to_string(parts[first:], '、') as tail
                  where tail <> '' and starts_with(whole, tail));
$$;

-- Whether a text tells some words: they are the whole of it or one of several, or one of the two is what was cut from the other.
create function tells(said text, words text) returns boolean
  language sql immutable
as $$
  select strpos('、' || said || '、', '、' || words || '、') > 0
      or said like '%…' and cut_from(said, words)
      or words like '%…' and cut_from(words, said);
$$;

-- The words of a row of which nothing may be left; what the plan itself says, and a date, stay where they are.
create function sought(which bigint) returns text[]
  language sql stable
as $$
  select coalesce(array_agg(word), '{}')
    from change_log, words_of(body::jsonb -> 'data') as word
   where seq = which and word <> blanked('')
     and word not in (select edtf from assertion where edtf is not null)
     and word not in (select leaf #>> '{}'
                        from (select more from node_text union all select body from revision) as plan (said),
                             jsonb_path_query(said, 'strict $.** ? (@.type() == "string")') as leaf);
$$;

-- Where each of some words is left: a look at every column into which somebody can type, but for the files themselves.
create function left_of(words text[]) returns table (word text, places text[])
  language sql stable
as $$
  select one, array_agg(place order by place)
    from (select distinct place, one
            from (select 'decision ' || decision_id as place, to_jsonb(decision) as said from decision
                   union all select 'statement ' || assertion_id, jsonb_build_object('why', array(select typed_in(assertion)))
                               from assertion
                   union all select 'reason why statement ' || assertion_id || ' was taken back', to_jsonb(withdrawal)
                               from withdrawal
                   union all select 'outbox, event ' || event_id, payload::jsonb from outbox
                              where event_id not in (select event_id from change_log
                                                      where event_id is not null and body is not null)
                   union all select 'answer to request ' || idempotency_key, answer::jsonb from request
                   union all select 'row ' || seq, body::jsonb from change_log where body is not null) as kept,
                 words_of(said) as own, unnest(words) as one
           where tells(own, one)
           union all
          select 'name of import ' || import_id, one
            from import_run, unnest(words) as one
           where strpos(name, one) > 0) as found
   group by one
   order by one;
$$;

-- Personal data that somebody typed by mistake: the text goes, here and wherever else the service keeps what this row
-- told; digest and chain stay, and a row of its own tells of the gap.
create or replace function blank_change(which bigint) returns boolean
  language plpgsql security definer set search_path = public, pg_temp
as $$
declare
  told change_log;
  data jsonb;
  words text[];
  names text[];
begin
  -- Whoever changes a decision's number or a node's dates takes other locks first; this one is the last of all.
  select * into told from change_log where seq = which and body is not null for update;
  if told.seq is null or told.type is not distinct from 'blanked' then
    return false;
  end if;
  data := told.body::jsonb -> 'data';
  words := array(select words_of(data));
  names := sought(which);
  update decision
     set body = blanked(body, words), chosen = blanked(chosen, words), reason = blanked(reason, words),
         not_chosen = array(select blanked(each, words) from unnest(not_chosen) as each)
   where decision_id = (data ->> 'decision_id')::bigint;
  update assertion as said
     set undated_reason = blanked(undated_reason, gone), why = blanked(why, gone),
         evidence = (select coalesce(jsonb_agg(case when array(select words_of(each)) && gone then wordless(each) else each end
                                               order by place), '[]')
                       from jsonb_array_elements(evidence) with ordinality as one (each, place))
    from (select assertion_id, array(select typed_in(assertion) intersect select unnest(words)) as gone
            from assertion
           where subject_id = told.subject or decision_id = (data ->> 'decision_id')::bigint) as own
   where said.assertion_id = own.assertion_id and gone <> '{}';
  update withdrawal
     set why = blanked(why, words)
   where assertion_id in (select assertion_id from assertion where subject_id = told.subject);
  update outbox set payload = wordless(payload::jsonb) where event_id = told.event_id;
  update request set answer = wordless(answer::jsonb)
   where strpos(answer::text, told.event_id::text) > 0
      or exists (select from words_of(answer::jsonb) as own, unnest(names) as word where tells(own, word));
  update change_log set salt = null, body = null where seq = which;
  update chain set blanked = chain.blanked + 1;
  perform tell_of_gap(which);
  return true;
end
$$;

revoke execute on function tell_of_gap(bigint), is_words(text), words_of(jsonb), words_in(assertion), typed_in(assertion),
                           blanked(text), blanked(text, text[]), wordless(jsonb, text), cut_from(text, text), tells(text, text),
                           sought(bigint), left_of(text[]), label_of(int, uuid, text, text) from public;
grant execute on function is_words(text), words_of(jsonb), words_in(assertion), typed_in(assertion), blanked(text),
                          cut_from(text, text), tells(text, text), sought(bigint), left_of(text[]) to roadmap;
