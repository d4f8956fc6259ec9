-- A group the bot was taken into and that speaks for no node yet; the code is what its button carries.
CREATE TABLE arrival (
  id {id},
  bot_id BIGINT NOT NULL REFERENCES bot (id),
  chat_id BIGINT NOT NULL,
  thread_id BIGINT NOT NULL,
  title VARCHAR(128) NOT NULL,
  code BIGINT NOT NULL UNIQUE,
  at BIGINT NOT NULL,
  UNIQUE (bot_id, chat_id, thread_id)
);
