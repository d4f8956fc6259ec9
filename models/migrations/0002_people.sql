-- People: what the tree, the roster, binding, groups and long work need beside 0001.
ALTER TABLE node ADD COLUMN code VARCHAR(40);
ALTER TABLE node ADD COLUMN quiet_from VARCHAR(5);
ALTER TABLE node ADD COLUMN quiet_until VARCHAR(5);
ALTER TABLE node ADD COLUMN quiz_at VARCHAR(5);
ALTER TABLE node ADD COLUMN greets BOOLEAN;
ALTER TABLE node ADD COLUMN closed_at BIGINT;
CREATE UNIQUE INDEX node_code ON node (root_id, code);

ALTER TABLE chat ADD COLUMN title VARCHAR(128) NOT NULL DEFAULT '';
ALTER TABLE chat ADD COLUMN state VARCHAR(16) NOT NULL DEFAULT 'ok';

ALTER TABLE member ADD COLUMN code VARCHAR(40);
ALTER TABLE member ADD COLUMN category VARCHAR(16) NOT NULL DEFAULT 'direct';
ALTER TABLE member ADD COLUMN joined_on DATE;
ALTER TABLE member ADD COLUMN full_member_on DATE;
CREATE UNIQUE INDEX member_code ON member (root_id, code);
CREATE INDEX member_name ON member (root_id, name);

ALTER TABLE invite ADD COLUMN voided_at BIGINT;

-- The branch's own link: anybody may open it, a person with the right decides.
CREATE TABLE open_link (
  id {id},
  root_id BIGINT NOT NULL REFERENCES node (id),
  node_id BIGINT NOT NULL REFERENCES node (id),
  code_hash VARCHAR(64) NOT NULL UNIQUE,
  expires_at BIGINT NOT NULL
);
CREATE INDEX open_link_node ON open_link (node_id);

-- Somebody agreed, typed a name, and waits for the branch to say who it is.
CREATE TABLE petition (
  id {id},
  root_id BIGINT NOT NULL REFERENCES node (id),
  node_id BIGINT NOT NULL REFERENCES node (id),
  telegram_id BIGINT NOT NULL UNIQUE,
  name VARCHAR(80) NOT NULL,
  consent VARCHAR(16) NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX petition_node ON petition (node_id);

-- A question whose answer is typed: who is asked, what about, until when.
CREATE TABLE draft (
  id {id},
  bot_id BIGINT NOT NULL REFERENCES bot (id),
  telegram_id BIGINT NOT NULL,
  kind VARCHAR(32) NOT NULL,
  facts TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  UNIQUE (bot_id, telegram_id)
);

-- What needs more than the database (a file to fetch, a long import): confirmed at once, done by the machine.
CREATE TABLE errand (
  id {id},
  root_id BIGINT NOT NULL REFERENCES node (id),
  bot_id BIGINT NOT NULL REFERENCES bot (id),
  member_id BIGINT NOT NULL REFERENCES member (id),
  kind VARCHAR(32) NOT NULL,
  facts TEXT NOT NULL,
  state VARCHAR(12) NOT NULL,
  attempt INTEGER NOT NULL,
  due_at BIGINT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX errand_due ON errand (due_at) WHERE state IN ('queued', 'running');

-- A file that is owed with a delivery, kept until it left.
CREATE TABLE enclosure (
  id {id},
  root_id BIGINT NOT NULL REFERENCES node (id),
  name VARCHAR(120) NOT NULL,
  content {bytes} NOT NULL,
  at BIGINT NOT NULL
);

-- What was erased on a member's wish; a restored backup replays it.
CREATE TABLE erasure (
  id {id},
  root_id BIGINT NOT NULL REFERENCES node (id),
  member_id BIGINT NOT NULL,
  at BIGINT NOT NULL
);
