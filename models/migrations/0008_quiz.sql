-- The daily quiz: the bank as it ships, a node's daily question and its answers, mistakes to come back to, faults, papers.

-- An item as it was shipped once; a changed item is a new row, so that an open question stays what it is. About no person.
CREATE TABLE quiz_item (
  id {id},
  code VARCHAR(16) NOT NULL,
  digest VARCHAR(64) NOT NULL,
  pack VARCHAR(80) NOT NULL,
  fact VARCHAR(8) NOT NULL,
  kind VARCHAR(8) NOT NULL,
  question VARCHAR(120) NOT NULL,
  options TEXT NOT NULL,
  answer INTEGER NOT NULL,
  why VARCHAR(240) NOT NULL,
  source VARCHAR(120) NOT NULL,
  tags TEXT NOT NULL,
  valid_until DATE,
  enabled BOOLEAN NOT NULL,
  UNIQUE (code, digest)
);

-- What happened on a day of the year, to be read on that day. About no person.
CREATE TABLE quiz_reading (
  id {id},
  fact VARCHAR(8) NOT NULL UNIQUE,
  day DATE NOT NULL,
  statement VARCHAR(120) NOT NULL,
  source VARCHAR(120) NOT NULL
);

-- How a node holds its quiz. No row: it holds none.
CREATE TABLE quiz_habit (
  id {id},
  root_id BIGINT NOT NULL REFERENCES node (id),
  node_id BIGINT NOT NULL UNIQUE REFERENCES node (id),
  daily BOOLEAN NOT NULL,
  workdays BOOLEAN NOT NULL,
  board BOOLEAN NOT NULL,
  native BOOLEAN NOT NULL,
  open_due BIGINT,
  week_due BIGINT
);
CREATE INDEX quiz_habit_open ON quiz_habit (open_due) WHERE open_due IS NOT NULL;
CREATE INDEX quiz_habit_week ON quiz_habit (week_due) WHERE week_due IS NOT NULL;

-- A node's question of one day; the counts are written when it closes, or as its polls tell.
CREATE TABLE quiz_day (
  id {id},
  root_id BIGINT NOT NULL REFERENCES node (id),
  node_id BIGINT NOT NULL REFERENCES node (id),
  item_id BIGINT NOT NULL REFERENCES quiz_item (id),
  day DATE NOT NULL,
  opens_at BIGINT NOT NULL,
  closes_at BIGINT NOT NULL,
  close_due BIGINT,
  answered INTEGER NOT NULL,
  correct INTEGER NOT NULL,
  native BOOLEAN NOT NULL,
  UNIQUE (node_id, day)
);
CREATE INDEX quiz_day_close ON quiz_day (close_due) WHERE close_due IS NOT NULL;

-- A day's question as the messenger's own poll in one group, and its counts. About no person.
CREATE TABLE quiz_poll (
  id {id},
  root_id BIGINT NOT NULL REFERENCES node (id),
  day_id BIGINT NOT NULL REFERENCES quiz_day (id),
  poll VARCHAR(32) NOT NULL UNIQUE,
  answered INTEGER NOT NULL,
  correct INTEGER NOT NULL
);
CREATE INDEX quiz_poll_day ON quiz_poll (day_id);

-- What a member answered; whether it was right is not said before the question closes. `chosen`: one bit per option.
CREATE TABLE quiz_answer (
  id {id},
  root_id BIGINT NOT NULL REFERENCES node (id),
  day_id BIGINT NOT NULL REFERENCES quiz_day (id),
  member_id BIGINT NOT NULL REFERENCES member (id),
  chosen INTEGER NOT NULL,
  at BIGINT NOT NULL,
  UNIQUE (day_id, member_id)
);
CREATE INDEX quiz_answer_member ON quiz_answer (member_id);

-- A member's mistakes, each coming back after a growing pause.
CREATE TABLE quiz_mistake (
  id {id},
  root_id BIGINT NOT NULL REFERENCES node (id),
  member_id BIGINT NOT NULL REFERENCES member (id),
  item_id BIGINT NOT NULL REFERENCES quiz_item (id),
  box INTEGER NOT NULL,
  due_on DATE NOT NULL,
  UNIQUE (member_id, item_id)
);

-- What is wrong with an item, as members say; settled when the keeper has looked.
CREATE TABLE quiz_fault (
  id {id},
  root_id BIGINT NOT NULL REFERENCES node (id),
  item_id BIGINT NOT NULL REFERENCES quiz_item (id),
  member_id BIGINT REFERENCES member (id),
  words VARCHAR(200) NOT NULL,
  at BIGINT NOT NULL,
  settled_at BIGINT,
  UNIQUE (item_id, member_id)
);

-- Items a root does not ask for now.
CREATE TABLE quiz_pause (
  id {id},
  root_id BIGINT NOT NULL REFERENCES node (id),
  item_id BIGINT NOT NULL REFERENCES quiz_item (id),
  at BIGINT NOT NULL,
  UNIQUE (root_id, item_id)
);

-- Who wishes to be named in the leaderboard of a node; what was said of one holds for no other.
CREATE TABLE quiz_volunteer (
  id {id},
  root_id BIGINT NOT NULL REFERENCES node (id),
  member_id BIGINT NOT NULL REFERENCES member (id),
  node_id BIGINT NOT NULL REFERENCES node (id),
  at BIGINT NOT NULL,
  UNIQUE (member_id, node_id)
);

-- A test: so many items of the bank in so many minutes.
CREATE TABLE quiz_paper (
  id {id},
  root_id BIGINT NOT NULL REFERENCES node (id),
  node_id BIGINT NOT NULL REFERENCES node (id),
  count INTEGER NOT NULL,
  minutes INTEGER NOT NULL,
  pass_mark INTEGER NOT NULL,
  retakes INTEGER NOT NULL,
  closes_at BIGINT NOT NULL,
  opened_at BIGINT,
  member_id BIGINT NOT NULL REFERENCES member (id)
);

-- A member's way through a test, a round of practice or their mistakes. `items`: JSON list of ids; `place` counts those done.
CREATE TABLE quiz_sitting (
  id {id},
  root_id BIGINT NOT NULL REFERENCES node (id),
  member_id BIGINT NOT NULL REFERENCES member (id),
  paper_id BIGINT REFERENCES quiz_paper (id),
  items TEXT NOT NULL,
  place INTEGER NOT NULL,
  picked INTEGER NOT NULL,
  correct INTEGER NOT NULL,
  via VARCHAR(8) NOT NULL,
  at BIGINT NOT NULL,
  ends_at BIGINT,
  end_due BIGINT,
  ended_at BIGINT
);
CREATE INDEX quiz_sitting_member ON quiz_sitting (member_id);
CREATE UNIQUE INDEX quiz_sitting_hand ON quiz_sitting (paper_id, member_id) WHERE via = 'hand';
CREATE INDEX quiz_sitting_end ON quiz_sitting (end_due) WHERE end_due IS NOT NULL;

-- Each answer of a sitting, kept as it is given.
CREATE TABLE quiz_reply (
  id {id},
  root_id BIGINT NOT NULL REFERENCES node (id),
  sitting_id BIGINT NOT NULL REFERENCES quiz_sitting (id),
  member_id BIGINT NOT NULL REFERENCES member (id),
  item_id BIGINT NOT NULL REFERENCES quiz_item (id),
  place INTEGER NOT NULL,
  chosen INTEGER NOT NULL,
  at BIGINT NOT NULL,
  UNIQUE (sitting_id, place)
);
