-- Instants are integer milliseconds since the epoch, UTC, on both databases.
CREATE TABLE bot (
  id {id},
  telegram_id BIGINT NOT NULL UNIQUE,
  username VARCHAR(64) NOT NULL
);

CREATE TABLE node (
  id {id},
  root_id BIGINT REFERENCES node (id),
  parent_id BIGINT REFERENCES node (id),
  kind VARCHAR(32) NOT NULL,
  name VARCHAR(80) NOT NULL,
  path VARCHAR(255) NOT NULL,
  zone VARCHAR(64),
  bot_id BIGINT REFERENCES bot (id)
);
CREATE INDEX node_path ON node (path);

CREATE TABLE chat (
  id {id},
  root_id BIGINT NOT NULL REFERENCES node (id),
  bot_id BIGINT NOT NULL REFERENCES bot (id),
  node_id BIGINT NOT NULL REFERENCES node (id),
  chat_id BIGINT NOT NULL,
  thread_id BIGINT NOT NULL,
  linked_at BIGINT NOT NULL,
  unlinked_at BIGINT,
  UNIQUE (bot_id, chat_id, thread_id)
);
CREATE INDEX chat_node ON chat (node_id);

CREATE TABLE member (
  id {id},
  root_id BIGINT NOT NULL REFERENCES node (id),
  name VARCHAR(80) NOT NULL,
  status VARCHAR(16) NOT NULL
);

CREATE TABLE membership (
  id {id},
  root_id BIGINT NOT NULL REFERENCES node (id),
  member_id BIGINT NOT NULL REFERENCES member (id),
  node_id BIGINT NOT NULL REFERENCES node (id),
  kind VARCHAR(16) NOT NULL,
  from_at BIGINT NOT NULL,
  until_at BIGINT
);
CREATE INDEX membership_member ON membership (member_id);
CREATE INDEX membership_node ON membership (node_id);

CREATE TABLE role (
  id {id},
  root_id BIGINT NOT NULL REFERENCES node (id),
  member_id BIGINT NOT NULL REFERENCES member (id),
  node_id BIGINT NOT NULL REFERENCES node (id),
  kind VARCHAR(32) NOT NULL,
  from_at BIGINT NOT NULL,
  until_at BIGINT
);
CREATE INDEX role_member ON role (member_id);

CREATE TABLE account (
  id {id},
  root_id BIGINT NOT NULL REFERENCES node (id),
  member_id BIGINT NOT NULL UNIQUE REFERENCES member (id),
  telegram_id BIGINT NOT NULL UNIQUE,
  consent VARCHAR(16) NOT NULL,
  bound_at BIGINT NOT NULL
);

CREATE TABLE reachability (
  id {id},
  bot_id BIGINT NOT NULL REFERENCES bot (id),
  account_id BIGINT NOT NULL REFERENCES account (id),
  state VARCHAR(16) NOT NULL,
  since BIGINT NOT NULL,
  UNIQUE (bot_id, account_id)
);

CREATE TABLE invite (
  id {id},
  root_id BIGINT NOT NULL REFERENCES node (id),
  member_id BIGINT NOT NULL REFERENCES member (id),
  code_hash VARCHAR(64) NOT NULL UNIQUE,
  expires_at BIGINT NOT NULL,
  used_at BIGINT
);

CREATE TABLE note (
  id {id},
  root_id BIGINT NOT NULL REFERENCES node (id),
  at BIGINT NOT NULL,
  actor VARCHAR(40) NOT NULL,
  verb VARCHAR(40) NOT NULL,
  target VARCHAR(60) NOT NULL,
  before TEXT,
  after TEXT,
  seal VARCHAR(64)
);

CREATE TABLE deed (
  key VARCHAR(80) PRIMARY KEY,
  at BIGINT NOT NULL
);
CREATE INDEX deed_at ON deed (at);

CREATE TABLE attempt (
  key VARCHAR(120) PRIMARY KEY,
  count INTEGER NOT NULL,
  until_at BIGINT NOT NULL
);

CREATE TABLE dead_letter (
  id {id},
  key VARCHAR(80) NOT NULL UNIQUE,
  body TEXT NOT NULL,
  reason VARCHAR(200) NOT NULL,
  at BIGINT NOT NULL
);

CREATE TABLE lease (
  bot_id BIGINT PRIMARY KEY REFERENCES bot (id),
  owner VARCHAR(64) NOT NULL,
  epoch INTEGER NOT NULL,
  until_ms BIGINT NOT NULL
);

CREATE TABLE delivery (
  id {id},
  root_id BIGINT REFERENCES node (id),
  bot_id BIGINT NOT NULL REFERENCES bot (id),
  member_id BIGINT REFERENCES member (id),
  chat_id BIGINT REFERENCES chat (id),
  address BIGINT,
  kind VARCHAR(16) NOT NULL,
  lane INTEGER NOT NULL,
  key VARCHAR(120) NOT NULL UNIQUE,
  about VARCHAR(40) NOT NULL,
  card TEXT NOT NULL,
  state VARCHAR(12) NOT NULL,
  due_at BIGINT NOT NULL,
  expire_at BIGINT,
  live BOOLEAN NOT NULL,
  wanted INTEGER NOT NULL,
  shown INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  message_id BIGINT,
  sent_at BIGINT,
  reason VARCHAR(80) NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX delivery_about ON delivery (about);
CREATE INDEX delivery_queued ON delivery (bot_id, lane, due_at, id) WHERE state = 'queued';
CREATE INDEX delivery_waiting ON delivery (state, due_at) WHERE state IN ('held', 'queued');
CREATE INDEX delivery_on_the_way ON delivery (bot_id, state) WHERE state IN ('leased', 'wire');

CREATE TABLE gathering (
  id {id},
  root_id BIGINT NOT NULL REFERENCES node (id),
  node_id BIGINT NOT NULL REFERENCES node (id),
  title VARCHAR(80) NOT NULL,
  place VARCHAR(80) NOT NULL,
  local_date DATE NOT NULL,
  local_time VARCHAR(5) NOT NULL,
  zone VARCHAR(64) NOT NULL,
  starts_at BIGINT NOT NULL,
  closes_at BIGINT NOT NULL,
  revision INTEGER NOT NULL,
  announce_due BIGINT,
  remind_due BIGINT,
  close_due BIGINT
);
CREATE INDEX gathering_node ON gathering (node_id);
CREATE INDEX gathering_starts ON gathering (starts_at);
CREATE INDEX gathering_announce ON gathering (announce_due) WHERE announce_due IS NOT NULL;
CREATE INDEX gathering_remind ON gathering (remind_due) WHERE remind_due IS NOT NULL;
CREATE INDEX gathering_close ON gathering (close_due) WHERE close_due IS NOT NULL;

CREATE TABLE rsvp (
  id {id},
  root_id BIGINT NOT NULL REFERENCES node (id),
  gathering_id BIGINT NOT NULL REFERENCES gathering (id),
  member_id BIGINT NOT NULL REFERENCES member (id),
  choice INTEGER NOT NULL,
  at BIGINT NOT NULL,
  UNIQUE (gathering_id, member_id)
);
