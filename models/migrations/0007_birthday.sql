-- 政治生日: how a node keeps them, what members wish, each year's celebration, the medal's list, who leads the oath.

-- A node's own way. What it does not say itself, its nearest ancestor that says it decides.
CREATE TABLE birthday_habit (
  id {id},
  root_id BIGINT NOT NULL REFERENCES node (id),
  node_id BIGINT NOT NULL UNIQUE REFERENCES node (id),
  basis VARCHAR(8),
  leap VARCHAR(8),
  greet_at VARCHAR(5),
  in_group BOOLEAN,
  gift BOOLEAN
);

CREATE TABLE birthday_wish (
  id {id},
  root_id BIGINT NOT NULL REFERENCES node (id),
  member_id BIGINT NOT NULL UNIQUE REFERENCES member (id),
  how VARCHAR(8) NOT NULL,
  hides_years BOOLEAN NOT NULL
);

-- When the clock looks at a node again for what belongs to a day.
CREATE TABLE node_round (
  id {id},
  root_id BIGINT NOT NULL REFERENCES node (id),
  node_id BIGINT NOT NULL UNIQUE REFERENCES node (id),
  look_due BIGINT
);
CREATE INDEX node_round_due ON node_round (look_due) WHERE look_due IS NOT NULL;

CREATE TABLE birthday (
  id {id},
  root_id BIGINT NOT NULL REFERENCES node (id),
  node_id BIGINT NOT NULL REFERENCES node (id),
  member_id BIGINT NOT NULL REFERENCES member (id),
  year INTEGER NOT NULL,
  day DATE NOT NULL,
  since DATE NOT NULL,
  basis VARCHAR(8) NOT NULL,
  words VARCHAR(120) NOT NULL,
  state VARCHAR(12) NOT NULL,
  previewed BOOLEAN NOT NULL,
  in_group BOOLEAN NOT NULL,
  greet_due BIGINT,
  greet_until BIGINT,
  thanked_at BIGINT,
  UNIQUE (member_id, year)
);
CREATE INDEX birthday_greet_due ON birthday (greet_due) WHERE greet_due IS NOT NULL;
CREATE INDEX birthday_planned ON birthday (node_id, day) WHERE state = 'planned';

-- 光荣在党50年, 60年 …: nobody is listed twice for the same.
CREATE TABLE medal (
  id {id},
  root_id BIGINT NOT NULL REFERENCES node (id),
  node_id BIGINT NOT NULL REFERENCES node (id),
  member_id BIGINT NOT NULL REFERENCES member (id),
  years INTEGER NOT NULL,
  year INTEGER NOT NULL,
  state VARCHAR(12) NOT NULL,
  at BIGINT NOT NULL,
  UNIQUE (member_id, years)
);

-- A theme day's birthdays: of which of its revisions those responsible were told, 0 of none, and who leads the oath.
CREATE TABLE ceremony (
  id {id},
  root_id BIGINT NOT NULL REFERENCES node (id),
  gathering_id BIGINT NOT NULL UNIQUE REFERENCES gathering (id),
  member_id BIGINT REFERENCES member (id),
  revision INTEGER NOT NULL,
  at BIGINT NOT NULL
);

-- What Telegram calls a picture it has already; a file_id is good for one bot.
CREATE TABLE upload (
  id {id},
  bot_id BIGINT NOT NULL REFERENCES bot (id),
  digest VARCHAR(64) NOT NULL,
  file_id VARCHAR(255) NOT NULL,
  at BIGINT NOT NULL,
  UNIQUE (bot_id, digest)
);
