-- “我是党员”承诺: campaigns of a node, what may be chosen, each member's pledge with its promises, how they were kept.

-- A campaign. `step` is what the clock does next, at `step_due`; at `announce_due` a group that was linked later is told.
CREATE TABLE campaign (
  id {id},
  root_id BIGINT NOT NULL REFERENCES node (id),
  node_id BIGINT NOT NULL REFERENCES node (id),
  title VARCHAR(80) NOT NULL,
  state VARCHAR(12) NOT NULL,
  begins DATE NOT NULL,
  ends DATE NOT NULL,
  zone VARCHAR(64) NOT NULL,
  ends_at BIGINT NOT NULL,
  round INTEGER NOT NULL,
  step VARCHAR(12) NOT NULL,
  step_due BIGINT,
  announce_due BIGINT,
  at BIGINT NOT NULL
);
CREATE INDEX campaign_node ON campaign (node_id);
CREATE INDEX campaign_step_due ON campaign (step_due);
CREATE INDEX campaign_announce_due ON campaign (announce_due);

-- What may be chosen: `name` of a shipped item, or `title` as the branch typed it.
CREATE TABLE campaign_item (
  id {id},
  root_id BIGINT NOT NULL REFERENCES node (id),
  campaign_id BIGINT NOT NULL REFERENCES campaign (id),
  position INTEGER NOT NULL,
  name VARCHAR(32),
  title VARCHAR(120) NOT NULL
);
CREATE INDEX campaign_item_campaign ON campaign_item (campaign_id);

-- One member's pledge in a campaign. `node_id`: where they were at home when they made it; `entered_by`: who wrote it down on
-- the word of a member without Telegram; at `review_due` those responsible are told of it.
CREATE TABLE pledge (
  id {id},
  root_id BIGINT NOT NULL REFERENCES node (id),
  campaign_id BIGINT NOT NULL REFERENCES campaign (id),
  member_id BIGINT NOT NULL REFERENCES member (id),
  node_id BIGINT NOT NULL REFERENCES node (id),
  entered_by BIGINT REFERENCES member (id),
  state VARCHAR(12) NOT NULL,
  revision INTEGER NOT NULL,
  back VARCHAR(200) NOT NULL,
  made_at BIGINT,
  review_due BIGINT,
  published_at BIGINT,
  own_grade INTEGER,
  grade INTEGER,
  at BIGINT NOT NULL,
  UNIQUE (campaign_id, member_id)
);
CREATE INDEX pledge_member ON pledge (member_id);
CREATE INDEX pledge_review_due ON pledge (review_due);

-- One thing promised: an item of the campaign, or own words.
CREATE TABLE promise (
  id {id},
  root_id BIGINT NOT NULL REFERENCES node (id),
  pledge_id BIGINT NOT NULL REFERENCES pledge (id),
  member_id BIGINT NOT NULL REFERENCES member (id),
  position INTEGER NOT NULL,
  name VARCHAR(32),
  title VARCHAR(120) NOT NULL,
  UNIQUE (pledge_id, position)
);
CREATE INDEX promise_member ON promise (member_id);

-- How one promise stood in a round: half-year (1), end (2).
CREATE TABLE pledge_report (
  id {id},
  root_id BIGINT NOT NULL REFERENCES node (id),
  promise_id BIGINT NOT NULL REFERENCES promise (id),
  member_id BIGINT NOT NULL REFERENCES member (id),
  round INTEGER NOT NULL,
  kept INTEGER NOT NULL,
  why VARCHAR(200) NOT NULL,
  entered_by BIGINT REFERENCES member (id),
  at BIGINT NOT NULL,
  UNIQUE (promise_id, round)
);
CREATE INDEX pledge_report_member ON pledge_report (member_id);

-- The node a duty is about: whoever does not answer for it any more is not told.
ALTER TABLE delivery ADD COLUMN node_id BIGINT REFERENCES node (id);
