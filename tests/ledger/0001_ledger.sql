CREATE TABLE account (
  id {id},
  name VARCHAR(40) NOT NULL UNIQUE,
  balance BIGINT NOT NULL,
  opened_at BIGINT NOT NULL,
  closed_at BIGINT,
  notes {json}
);
-- The rule is checked at COMMIT; a semicolon; in a comment ends nothing.
CREATE TABLE entry (
  id {id},
  account_id BIGINT NOT NULL REFERENCES account (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  number INTEGER NOT NULL,
  amount BIGINT NOT NULL,
  UNIQUE (account_id, number)
);
