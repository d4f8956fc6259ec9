-- Until when a bot that polls has heard all that was pressed; null: it never polled.
ALTER TABLE bot ADD COLUMN heard_at BIGINT;
