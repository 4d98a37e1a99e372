-- The request log: for people, see the view `requests`. Values of dimensions are written once, in log_names; rows have their numbers.
CREATE TABLE log_names (
  id INTEGER NOT NULL PRIMARY KEY,
  dimension INTEGER NOT NULL,   -- the column's number; -1: names of the clients' own dimensions, which are dimension 2000 + id
  name TEXT NOT NULL,
  UNIQUE (dimension, name)
) STRICT;

-- Times are milliseconds since 1970 and spans microseconds, money is in picodollars. Rows have no index but that of their ids: what else is asked of
-- them the columns answer.
CREATE TABLE log (
  n INTEGER NOT NULL PRIMARY KEY,   -- the order in which they were written
  id BLOB NOT NULL UNIQUE,
  dialect INTEGER,
  provider INTEGER,
  model INTEGER,
  asked INTEGER,
  "key" INTEGER,
  status INTEGER,
  outcome INTEGER,
  error INTEGER,
  stop INTEGER,
  stream INTEGER,
  virtual_key INTEGER,
  team INTEGER,
  customer INTEGER,
  "user" INTEGER,
  "session" INTEGER,
  agent INTEGER,
  parent_agent INTEGER,
  client INTEGER,
  repository INTEGER,
  branch INTEGER,
  rule INTEGER,
  loss TEXT,   -- a list in JSON
  tool TEXT,   -- a list in JSON
  custom TEXT,   -- the client's own: an object in JSON, from dimensions to names
  time INTEGER NOT NULL,
  duration INTEGER NOT NULL,
  first_token INTEGER,
  overhead INTEGER,
  input_tokens INTEGER,
  cache_read_tokens INTEGER,
  cache_write_tokens INTEGER,
  output_tokens INTEGER,
  reasoning_tokens INTEGER,
  dollars INTEGER,
  saved_dollars INTEGER,
  attempts INTEGER,
  request_bytes INTEGER,
  unrated INTEGER,
  detail TEXT NOT NULL   -- the rest, in JSON
) STRICT;

-- One row: the number of the next row, the first block that is not sealed, and how often rows were changed or deleted that are in none that is.
CREATE TABLE log_state (
  id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  next INTEGER NOT NULL,
  open INTEGER NOT NULL,
  changes INTEGER NOT NULL
) STRICT;
INSERT INTO log_state (id, next, open, changes) VALUES (1, 0, 0, 0);

-- Sealed blocks of 8192 rows: rows n / 8192. A place that has no row any more has no bit in present; null: all have one. custom: the columns of the
-- clients' own dimensions that it has, a list in JSON.
CREATE TABLE log_blocks (
  block INTEGER NOT NULL PRIMARY KEY,
  rows INTEGER NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  custom TEXT,
  present BLOB
) STRICT;

-- Their columns, in the forms of DimensionSegment and NumberSegment. place: the column's number * 2^32 + the block's, so that a column lies together.
CREATE TABLE log_columns (
  place INTEGER NOT NULL PRIMARY KEY,
  head BLOB NOT NULL,
  body BLOB NOT NULL
) STRICT;

-- What was said: the bodies of a row, packed, and the pieces that they refer to. used: a row of that time refers to it, or a later one.
CREATE TABLE log_content (
  n INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  packed BLOB NOT NULL,
  PRIMARY KEY (n, kind)
) STRICT, WITHOUT ROWID;
CREATE TABLE log_pieces (
  id INTEGER NOT NULL PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE,
  used INTEGER NOT NULL,
  packed BLOB NOT NULL
) STRICT;
CREATE INDEX log_pieces_used ON log_pieces (used);

-- Its words are indexed in tables log_text_PART, each for the rows from first to last: what is old goes with its table.
CREATE TABLE log_texts (
  part INTEGER NOT NULL PRIMARY KEY,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  began INTEGER NOT NULL,   -- the time of its first row
  rows INTEGER NOT NULL
) STRICT;

-- For people.
CREATE VIEW requests AS SELECT
  n,
  lower(substr(hex(id), 1, 8) || '-' || substr(hex(id), 9, 4) || '-' || substr(hex(id), 13, 4) || '-' || substr(hex(id), 17, 4) || '-' || substr(hex(id), 21)) AS id,
  strftime('%Y-%m-%dT%H:%M:%fZ', time / 1000.0, 'unixepoch') AS time,
  (SELECT name FROM log_names WHERE id = log.dialect) AS dialect,
  (SELECT name FROM log_names WHERE id = log.provider) AS provider,
  (SELECT name FROM log_names WHERE id = log.model) AS model,
  (SELECT name FROM log_names WHERE id = log.asked) AS asked,
  (SELECT name FROM log_names WHERE id = log."key") AS "key",
  (SELECT name FROM log_names WHERE id = log.status) AS status,
  (SELECT name FROM log_names WHERE id = log.outcome) AS outcome,
  (SELECT name FROM log_names WHERE id = log.error) AS error,
  (SELECT name FROM log_names WHERE id = log.stop) AS stop,
  (SELECT name FROM log_names WHERE id = log.stream) AS stream,
  (SELECT name FROM log_names WHERE id = log.virtual_key) AS virtual_key,
  (SELECT name FROM log_names WHERE id = log.team) AS team,
  (SELECT name FROM log_names WHERE id = log.customer) AS customer,
  (SELECT name FROM log_names WHERE id = log."user") AS "user",
  (SELECT name FROM log_names WHERE id = log."session") AS "session",
  (SELECT name FROM log_names WHERE id = log.agent) AS agent,
  (SELECT name FROM log_names WHERE id = log.parent_agent) AS parent_agent,
  (SELECT name FROM log_names WHERE id = log.client) AS client,
  (SELECT name FROM log_names WHERE id = log.repository) AS repository,
  (SELECT name FROM log_names WHERE id = log.branch) AS branch,
  (SELECT name FROM log_names WHERE id = log.rule) AS rule,
  (SELECT group_concat(name, ', ') FROM json_each(loss), log_names WHERE log_names.id = value) AS loss,
  (SELECT group_concat(name, ', ') FROM json_each(tool), log_names WHERE log_names.id = value) AS tool,
  (SELECT group_concat(of.name || '=' || log_names.name, ', ') FROM json_each(custom), log_names, log_names AS of WHERE log_names.id = value AND of.id = key - 2000) AS custom,
  duration / 1e3 AS duration_ms, first_token / 1e3 AS first_token_ms, overhead / 1e3 AS overhead_ms,
  input_tokens, cache_read_tokens, cache_write_tokens, output_tokens, reasoning_tokens,
  dollars / 1e12 AS dollars, saved_dollars / 1e12 AS saved_dollars, unrated, attempts, request_bytes, detail
FROM log;
