-- Money is in US dollars, to a millionth of a millionth, as the SQLite form has it.
CREATE TABLE ledger (
  id uuid NOT NULL PRIMARY KEY,
  exchange uuid NOT NULL,
  time timestamptz NOT NULL,
  virtual_key text,
  team text,
  customer text,
  user_id text,
  provider text NOT NULL,
  provider_key text,
  model text NOT NULL,
  asked text NOT NULL,
  status integer NOT NULL,
  input_tokens bigint,
  cache_read_tokens bigint,
  cache_write_tokens bigint,
  cache_write_hour_tokens bigint,
  output_tokens bigint,
  reasoning_tokens bigint,
  is_estimate boolean NOT NULL,
  dollars numeric(38, 12),
  price_version text
);

-- What budgets begin with after a start, and spending in a range of time.
CREATE INDEX ledger_time ON ledger (time);

-- The spending of one virtual key.
CREATE INDEX ledger_virtual_key ON ledger (virtual_key, time) WHERE virtual_key IS NOT NULL;
