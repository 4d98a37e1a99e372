-- The request log, as in the SQLite form, which says more: rows with the numbers of their names, and beside them columns of blocks of 8192 rows.
-- A name is unique by 16 bytes of its SHA-256: it may be too long for an index.
CREATE TABLE log_names (
  id integer NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  dimension integer NOT NULL,
  hash bytea NOT NULL,
  name text NOT NULL,
  UNIQUE (dimension, hash)
);

-- Times are milliseconds since 1970 and spans microseconds, money is in picodollars. tx: the transaction that wrote the row. Numbers are drawn before
-- that is over, so that rows may come after others with higher numbers, and some numbers have no row.
CREATE SEQUENCE log_n AS bigint MINVALUE 0 START 0;
CREATE TABLE log (
  n bigint NOT NULL PRIMARY KEY,
  id uuid NOT NULL UNIQUE,
  dialect integer,
  provider integer,
  model integer,
  asked integer,
  "key" integer,
  status integer,
  outcome integer,
  error integer,
  stop integer,
  stream integer,
  virtual_key integer,
  team integer,
  customer integer,
  "user" integer,
  "session" integer,
  agent integer,
  parent_agent integer,
  client integer,
  repository integer,
  branch integer,
  rule integer,
  loss text,
  tool text,
  custom text,
  time bigint NOT NULL,
  duration bigint NOT NULL,
  first_token bigint,
  overhead bigint,
  input_tokens bigint,
  cache_read_tokens bigint,
  cache_write_tokens bigint,
  output_tokens bigint,
  reasoning_tokens bigint,
  dollars bigint,
  saved_dollars bigint,
  attempts bigint,
  request_bytes bigint,
  unrated bigint,
  detail text NOT NULL,
  tx bigint NOT NULL
);

-- One row: the first block that is not sealed, and how often rows were changed or deleted that are in none that is.
CREATE TABLE log_state (
  id integer NOT NULL PRIMARY KEY CHECK (id = 1),
  open bigint NOT NULL,
  changes bigint NOT NULL
);
INSERT INTO log_state (id, open, changes) VALUES (1, 0, 0);

-- What the rows and all that was said take, about, in several parts, so that those who write at a time do not wait for each other.
CREATE TABLE log_size (
  slot integer NOT NULL PRIMARY KEY,
  bytes bigint NOT NULL
);
INSERT INTO log_size (slot, bytes) SELECT slot, 0 FROM generate_series(0, 15) AS slot;

CREATE TABLE log_blocks (
  block bigint NOT NULL PRIMARY KEY,
  rows integer NOT NULL,
  first bigint NOT NULL,
  last bigint NOT NULL,
  present bytea
);

CREATE TABLE log_columns (
  col integer NOT NULL,
  block bigint NOT NULL,
  head bytea NOT NULL,
  body bytea NOT NULL,
  PRIMARY KEY (col, block)
);
CREATE INDEX log_columns_block ON log_columns (block);
ALTER TABLE log_columns ALTER head SET STORAGE EXTERNAL, ALTER body SET STORAGE EXTERNAL;

CREATE TABLE log_content (
  n bigint NOT NULL,
  kind smallint NOT NULL,
  packed bytea NOT NULL,
  PRIMARY KEY (n, kind)
);
ALTER TABLE log_content ALTER packed SET STORAGE EXTERNAL;

CREATE TABLE log_pieces (
  hash bytea NOT NULL PRIMARY KEY,
  used bigint NOT NULL,
  packed bytea NOT NULL
);
ALTER TABLE log_pieces ALTER packed SET STORAGE EXTERNAL;
CREATE INDEX log_pieces_used ON log_pieces (used);

CREATE TABLE log_text (
  n bigint NOT NULL PRIMARY KEY,
  words tsvector NOT NULL
);
CREATE INDEX log_text_words ON log_text USING gin (words);

-- For people.
CREATE VIEW requests AS SELECT
  n, id, to_timestamp(time / 1000.0) AS time,
  (SELECT name FROM log_names WHERE log_names.id = log.dialect) AS dialect,
  (SELECT name FROM log_names WHERE log_names.id = log.provider) AS provider,
  (SELECT name FROM log_names WHERE log_names.id = log.model) AS model,
  (SELECT name FROM log_names WHERE log_names.id = log.asked) AS asked,
  (SELECT name FROM log_names WHERE log_names.id = log."key") AS "key",
  (SELECT name FROM log_names WHERE log_names.id = log.status) AS status,
  (SELECT name FROM log_names WHERE log_names.id = log.outcome) AS outcome,
  (SELECT name FROM log_names WHERE log_names.id = log.error) AS error,
  (SELECT name FROM log_names WHERE log_names.id = log.stop) AS stop,
  (SELECT name FROM log_names WHERE log_names.id = log.stream) AS stream,
  (SELECT name FROM log_names WHERE log_names.id = log.virtual_key) AS virtual_key,
  (SELECT name FROM log_names WHERE log_names.id = log.team) AS team,
  (SELECT name FROM log_names WHERE log_names.id = log.customer) AS customer,
  (SELECT name FROM log_names WHERE log_names.id = log."user") AS "user",
  (SELECT name FROM log_names WHERE log_names.id = log."session") AS "session",
  (SELECT name FROM log_names WHERE log_names.id = log.agent) AS agent,
  (SELECT name FROM log_names WHERE log_names.id = log.parent_agent) AS parent_agent,
  (SELECT name FROM log_names WHERE log_names.id = log.client) AS client,
  (SELECT name FROM log_names WHERE log_names.id = log.repository) AS repository,
  (SELECT name FROM log_names WHERE log_names.id = log.branch) AS branch,
  (SELECT name FROM log_names WHERE log_names.id = log.rule) AS rule,
  (SELECT string_agg(name, ', ') FROM log_names WHERE log_names.id IN (SELECT json_array_elements_text(loss::json)::integer)) AS loss,
  (SELECT string_agg(name, ', ') FROM log_names WHERE log_names.id IN (SELECT json_array_elements_text(tool::json)::integer)) AS tool,
  (SELECT string_agg(of.name || '=' || of_value.name, ', ') FROM json_each_text(custom::json), log_names AS of_value, log_names AS of WHERE of_value.id = value::integer AND of.id = key::integer - 2000) AS custom,
  duration / 1e3 AS duration_ms, first_token / 1e3 AS first_token_ms, overhead / 1e3 AS overhead_ms,
  input_tokens, cache_read_tokens, cache_write_tokens, output_tokens, reasoning_tokens,
  dollars / 1e12 AS dollars, saved_dollars / 1e12 AS saved_dollars, unrated, attempts, request_bytes, detail
FROM log;
