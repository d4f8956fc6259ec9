-- The topic of a group a delivery answers in; null: where its chat is tied.
ALTER TABLE delivery ADD COLUMN thread_id BIGINT;
