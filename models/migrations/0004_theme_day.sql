-- The theme day whole: how a node holds its gatherings, the yearly series, agenda, answers with reasons, sign-in, record.

-- A node's habits. What it does not say itself, its nearest ancestor that says it decides.
CREATE TABLE habit (
  id {id},
  root_id BIGINT NOT NULL REFERENCES node (id),
  node_id BIGINT NOT NULL UNIQUE REFERENCES node (id),
  announce_days INTEGER,
  remind_leads VARCHAR(60),
  offers_maybe BOOLEAN,
  shows_names BOOLEAN,
  approves_leave BOOLEAN,
  leave_minutes INTEGER,
  sign_before INTEGER,
  sign_after INTEGER,
  sign_with VARCHAR(8),
  sector VARCHAR(16),
  items TEXT
);

-- The rule by which a node's theme days fall in a year.
CREATE TABLE series (
  id {id},
  root_id BIGINT NOT NULL REFERENCES node (id),
  node_id BIGINT NOT NULL REFERENCES node (id),
  rule VARCHAR(32) NOT NULL,
  shift VARCHAR(16) NOT NULL,
  adjusted BOOLEAN NOT NULL,
  local_time VARCHAR(5) NOT NULL,
  place VARCHAR(80) NOT NULL,
  minutes INTEGER NOT NULL,
  since DATE NOT NULL,
  extend_due BIGINT,
  ended_at BIGINT
);
CREATE UNIQUE INDEX series_node ON series (node_id) WHERE ended_at IS NULL;

-- Days off and working weekends of a year; node 0: shipped, for everybody. The nearest ancestor's year decides.
CREATE TABLE holiday_year (
  id {id},
  root_id BIGINT REFERENCES node (id),
  node_id BIGINT NOT NULL,
  year INTEGER NOT NULL,
  source VARCHAR(200) NOT NULL,
  days TEXT NOT NULL,
  at BIGINT NOT NULL,
  UNIQUE (node_id, year)
);

ALTER TABLE gathering ADD COLUMN kind VARCHAR(24) NOT NULL DEFAULT 'gathering';
ALTER TABLE gathering ADD COLUMN state VARCHAR(12) NOT NULL DEFAULT 'planned';
ALTER TABLE gathering ADD COLUMN theme VARCHAR(120) NOT NULL DEFAULT '';
ALTER TABLE gathering ADD COLUMN minutes INTEGER NOT NULL DEFAULT 60;
ALTER TABLE gathering ADD COLUMN capacity INTEGER;
ALTER TABLE gathering ADD COLUMN offers_maybe BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE gathering ADD COLUMN shows_names BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE gathering ADD COLUMN approves_leave BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE gathering ADD COLUMN leave_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE gathering ADD COLUMN announced_at BIGINT;
ALTER TABLE gathering ADD COLUMN ends_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE gathering ADD COLUMN end_due BIGINT;
ALTER TABLE gathering ADD COLUMN remind_leads VARCHAR(60) NOT NULL DEFAULT '';
ALTER TABLE gathering ADD COLUMN remind_lead INTEGER;
ALTER TABLE gathering ADD COLUMN code VARCHAR(6) NOT NULL DEFAULT '';
ALTER TABLE gathering ADD COLUMN sign_with VARCHAR(8) NOT NULL DEFAULT 'button';
ALTER TABLE gathering ADD COLUMN series_id BIGINT REFERENCES series (id);
ALTER TABLE gathering ADD COLUMN month VARCHAR(7);
ALTER TABLE gathering ADD COLUMN provisional BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE gathering ADD COLUMN ask_due BIGINT;
-- What was planned before: announced ones go on, with their one reminder a day before; of those that are over no record is owed.
UPDATE gathering SET
  state = CASE WHEN announce_due IS NOT NULL THEN 'planned' WHEN close_due IS NOT NULL THEN 'announced' ELSE 'recorded' END,
  leave_until = closes_at, ends_at = starts_at + 1800000, remind_leads = '1440',
  remind_lead = CASE WHEN remind_due IS NOT NULL THEN 1440 END,
  end_due = CASE WHEN close_due IS NOT NULL THEN starts_at + 1800000 END;
CREATE INDEX gathering_ask ON gathering (ask_due) WHERE ask_due IS NOT NULL;
CREATE INDEX gathering_end ON gathering (end_due) WHERE end_due IS NOT NULL;
CREATE UNIQUE INDEX gathering_series ON gathering (series_id, month) WHERE series_id IS NOT NULL;

-- How an answer came about, why somebody is on leave (for those responsible only), and what was said to it.
ALTER TABLE rsvp ADD COLUMN via VARCHAR(12) NOT NULL DEFAULT 'tap';
ALTER TABLE rsvp ADD COLUMN reason VARCHAR(200) NOT NULL DEFAULT '';
ALTER TABLE rsvp ADD COLUMN decision VARCHAR(8) NOT NULL DEFAULT '';
ALTER TABLE rsvp ADD COLUMN waiting BOOLEAN NOT NULL DEFAULT FALSE;

CREATE TABLE agenda_item (
  id {id},
  root_id BIGINT NOT NULL REFERENCES node (id),
  gathering_id BIGINT NOT NULL REFERENCES gathering (id),
  position INTEGER NOT NULL,
  fixed BOOLEAN NOT NULL,
  name VARCHAR(32),
  title VARCHAR(120) NOT NULL,
  done_at BIGINT
);
CREATE INDEX agenda_item_gathering ON agenda_item (gathering_id);

-- A topic somebody proposes for the next 民主议事; picked, it becomes an agenda item. Who wished to be forgotten is not named.
CREATE TABLE proposal (
  id {id},
  root_id BIGINT NOT NULL REFERENCES node (id),
  node_id BIGINT NOT NULL REFERENCES node (id),
  member_id BIGINT REFERENCES member (id),
  title VARCHAR(120) NOT NULL,
  state VARCHAR(12) NOT NULL,
  gathering_id BIGINT REFERENCES gathering (id),
  at BIGINT NOT NULL
);
CREATE INDEX proposal_node ON proposal (node_id);

CREATE TABLE speaker (
  id {id},
  root_id BIGINT NOT NULL REFERENCES node (id),
  gathering_id BIGINT NOT NULL REFERENCES gathering (id),
  member_id BIGINT NOT NULL REFERENCES member (id),
  at BIGINT NOT NULL,
  UNIQUE (gathering_id, member_id)
);

-- Who is expected, frozen when sign-in opens; with a ground: lawfully left out.
CREATE TABLE expected (
  id {id},
  root_id BIGINT NOT NULL REFERENCES node (id),
  gathering_id BIGINT NOT NULL REFERENCES gathering (id),
  member_id BIGINT NOT NULL REFERENCES member (id),
  ground VARCHAR(120) NOT NULL,
  UNIQUE (gathering_id, member_id)
);

-- Lines of the attendance sheet: only ever added, the newest of a person holds. An observer has a name and no member.
CREATE TABLE presence (
  id {id},
  root_id BIGINT NOT NULL REFERENCES node (id),
  gathering_id BIGINT NOT NULL REFERENCES gathering (id),
  member_id BIGINT REFERENCES member (id),
  name VARCHAR(80) NOT NULL,
  standing VARCHAR(12) NOT NULL,
  via VARCHAR(12) NOT NULL,
  actor VARCHAR(40) NOT NULL,
  reason VARCHAR(200) NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX presence_gathering ON presence (gathering_id, member_id);
CREATE UNIQUE INDEX presence_own ON presence (gathering_id, member_id) WHERE via IN ('tap', 'code');

-- The counts of a gathering by kind of record; locked once closed.
CREATE TABLE record (
  id {id},
  root_id BIGINT NOT NULL REFERENCES node (id),
  node_id BIGINT NOT NULL REFERENCES node (id),
  gathering_id BIGINT NOT NULL REFERENCES gathering (id),
  kind VARCHAR(24) NOT NULL,
  month VARCHAR(7) NOT NULL,
  expected INTEGER NOT NULL,
  present INTEGER NOT NULL,
  on_leave INTEGER NOT NULL,
  absent INTEGER NOT NULL,
  observers INTEGER NOT NULL,
  chair VARCHAR(80) NOT NULL,
  recorder VARCHAR(80) NOT NULL,
  closed_at BIGINT,
  UNIQUE (gathering_id, kind)
);
CREATE INDEX record_node ON record (node_id, month);

-- 补课 offered to somebody who was absent.
CREATE TABLE make_up (
  id {id},
  root_id BIGINT NOT NULL REFERENCES node (id),
  gathering_id BIGINT NOT NULL REFERENCES gathering (id),
  member_id BIGINT NOT NULL REFERENCES member (id),
  offered_at BIGINT NOT NULL,
  done_at BIGINT,
  UNIQUE (gathering_id, member_id)
);

-- Whose messages are counted against the week's limit.
CREATE INDEX delivery_member ON delivery (member_id, due_at) WHERE member_id IS NOT NULL;
