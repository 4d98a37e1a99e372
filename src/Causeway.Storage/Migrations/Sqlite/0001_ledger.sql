-- Ids are the 16 bytes of a UUID in network order, so that they sort as version 7 means it; times are milliseconds since 1970;
-- money is in picodollars, a millionth of a millionth of a US dollar, so that it is exact.
CREATE TABLE ledger (
  id BLOB NOT NULL PRIMARY KEY,
  exchange BLOB NOT NULL,
  time INTEGER NOT NULL,
  virtual_key TEXT,
  team TEXT,
  customer TEXT,
  user_id TEXT,
  provider TEXT NOT NULL,
  provider_key TEXT,
  model TEXT NOT NULL,
  asked TEXT NOT NULL,
  status INTEGER NOT NULL,
  input_tokens INTEGER,
  cache_read_tokens INTEGER,
  cache_write_tokens INTEGER,
  cache_write_hour_tokens INTEGER,
  output_tokens INTEGER,
  reasoning_tokens INTEGER,
  is_estimate INTEGER NOT NULL,
  picodollars INTEGER,
  price_version TEXT
) STRICT, WITHOUT ROWID;

-- What budgets begin with after a start, and spending in a range of time.
CREATE INDEX ledger_time ON ledger (time);

-- The spending of one virtual key.
CREATE INDEX ledger_virtual_key ON ledger (virtual_key, time) WHERE virtual_key IS NOT NULL;
