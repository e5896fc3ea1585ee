-- SPDX-License-Identifier: Apache-2.0
-- What reporting knows, made from the feeds of the others alone. Nothing is ever changed in what has been recorded: an
-- answer as of D, as known at T counts what was posted by D and recorded by T (GEN-6).

CREATE TABLE legal_entity (
    entity_id uuid PRIMARY KEY,
    name text NOT NULL,
    zone text NOT NULL
);

-- Who an account is, since when that was known.
CREATE TABLE account (
    account_id uuid PRIMARY KEY,
    entity_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    account_number text NOT NULL,
    currency text NOT NULL,
    segment text NOT NULL,
    recorded_at timestamptz NOT NULL
);

-- What has an open amount. kind: 1 invoice, 2 debit note, 3 fee, 4 payment on account, 5 rest of a credit note. Dates
-- and amounts never change, so that movements alone make the amount of a day. Money has no due date.
CREATE TABLE item (
    item_id uuid PRIMARY KEY,
    account_id uuid NOT NULL,
    entity_id uuid NOT NULL,
    kind smallint NOT NULL,
    currency text NOT NULL,
    document_number text NOT NULL,
    issue_date date NOT NULL,
    due_date date,
    amount bigint NOT NULL
);
CREATE INDEX item_account ON item (entity_id, account_id);

-- One for each event of reconciliation that changes what is open, by the place in its feed. delta: minor units, of debts
-- as they are owed, of money on account negative.
CREATE TABLE movement (
    shard smallint NOT NULL,
    position bigint NOT NULL,
    item_id uuid NOT NULL,
    account_id uuid NOT NULL,
    entity_id uuid NOT NULL,
    posting_date date NOT NULL,
    recorded_at timestamptz NOT NULL,
    delta bigint NOT NULL,
    PRIMARY KEY (shard, position)
);
CREATE INDEX movement_account ON movement (entity_id, account_id);
-- The place of a shard at a time (watermark).
CREATE INDEX movement_recorded ON movement (shard, recorded_at, position);
