-- How often the gateway refused something that an attempt asked for.
ALTER TABLE attempts ADD COLUMN refused INTEGER NOT NULL DEFAULT 0 CHECK (refused >= 0);
