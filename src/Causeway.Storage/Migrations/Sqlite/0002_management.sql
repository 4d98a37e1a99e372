-- What is managed by the dashboard and the API. Times are milliseconds since 1970; bodies are JSON objects in the form of the file, their secrets
-- sealed or hashed.
CREATE TABLE config_object (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  body TEXT NOT NULL,
  version INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  changed_by TEXT NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

-- One row: how often anything was changed.
CREATE TABLE config_state (
  id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  revision INTEGER NOT NULL
) STRICT;
INSERT INTO config_state (id, revision) VALUES (1, 0);

-- Who changed what. Ids are UUIDs of version 7 as text, so that they sort by time.
CREATE TABLE audit (
  id TEXT NOT NULL PRIMARY KEY,
  time INTEGER NOT NULL,
  actor TEXT NOT NULL,
  address TEXT,
  action TEXT NOT NULL,
  kind TEXT NOT NULL,
  object TEXT NOT NULL,
  before TEXT,
  after TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_object ON audit (kind, object, id);

-- Who is logged in. The secret of a session is not kept, only its hash.
CREATE TABLE session (
  hash TEXT NOT NULL PRIMARY KEY,
  account TEXT NOT NULL,
  created INTEGER NOT NULL,
  expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_account ON session (account);
