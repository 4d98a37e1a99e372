-- Budgets over several nodes: what is used of a budget in its window, and what its nodes hold of it, is together never more than a hard budget has.

-- The gateways that share this database. A process of a node is an epoch: what an earlier one still says has no effect.
CREATE TABLE gateway_node (
  id uuid NOT NULL PRIMARY KEY,
  epoch uuid NOT NULL,
  until timestamptz NOT NULL,
  missed timestamptz
);

-- The budgets that are counted, and the window and scope they were counted by; an empty form: to be counted anew from the ledger.
CREATE TABLE budget_count (
  id text NOT NULL PRIMARY KEY,
  form text NOT NULL
);

-- What is used, by slots of time; the sum of the ledger's rows.
CREATE TABLE budget_use (
  budget text NOT NULL,
  slot timestamptz NOT NULL,
  ends timestamptz NOT NULL,
  dollars numeric(38, 12) NOT NULL,
  tokens bigint NOT NULL,
  changed timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (budget, slot)
);

CREATE INDEX budget_use_changed ON budget_use (changed);
CREATE INDEX budget_use_ends ON budget_use (ends);

-- What a node was granted since its epoch began, and what of that is in the ledger. The difference is its lease.
CREATE TABLE budget_lease (
  budget text NOT NULL,
  node uuid NOT NULL,
  granted_dollars numeric(38, 12) NOT NULL DEFAULT 0,
  granted_tokens bigint NOT NULL DEFAULT 0,
  reported_dollars numeric(38, 12) NOT NULL DEFAULT 0,
  reported_tokens bigint NOT NULL DEFAULT 0,
  changed timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (budget, node)
);

CREATE INDEX budget_lease_changed ON budget_lease (changed);
CREATE INDEX budget_lease_node ON budget_lease (node);

-- What a process of a node may admit of a number of a rate limit. It is the process's as long as its node lives, and after that until a time.
CREATE TABLE limit_share (
  limit_id text NOT NULL,
  kind smallint NOT NULL,
  holder uuid NOT NULL,
  share bigint NOT NULL,
  used bigint NOT NULL,
  span interval NOT NULL,
  until timestamptz,
  PRIMARY KEY (limit_id, kind, holder)
);

CREATE INDEX limit_share_holder ON limit_share (holder);
CREATE INDEX limit_share_until ON limit_share (until) WHERE until IS NOT NULL;
