-- SPDX-License-Identifier: Apache-2.0
-- What people query of invoicing. Every row follows from events (store.c) and can be made again from them.

CREATE TABLE legal_entity (
    entity_id uuid PRIMARY KEY,
    name text NOT NULL,
    country text NOT NULL,
    vat_id text NOT NULL,
    currency text NOT NULL,
    zone text NOT NULL,
    number_prefix text NOT NULL
);
CREATE INDEX legal_entity_name ON legal_entity (name, entity_id);

-- name: a packed billing.common.v1.Sealed; unreadable once the person is erased.
CREATE TABLE customer (
    customer_id uuid PRIMARY KEY,
    kind smallint NOT NULL,
    name bytea NOT NULL,
    country text NOT NULL,
    vat_id text NOT NULL,
    language text NOT NULL
);

-- Who an account is; never changes.
CREATE TABLE account (
    account_id uuid PRIMARY KEY,
    entity_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    account_number text NOT NULL,
    currency text NOT NULL,
    segment text NOT NULL,
    opened_at timestamptz NOT NULL
);
CREATE INDEX account_number ON account (entity_id, account_number);
CREATE INDEX account_customer ON account (customer_id);

-- When and on which terms it is billed. Apart from `account`, so that a bill run updates neither.
CREATE TABLE account_billing (
    account_id uuid PRIMARY KEY,
    entity_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    shard smallint NOT NULL,
    cycle_code text NOT NULL,
    terms text NOT NULL
);
CREATE INDEX account_billing_cycle ON account_billing (entity_id, cycle_code, shard, account_id);

-- Amounts in minor units of the currency. status: 1 issued, 2 cancelled.
CREATE TABLE invoice (
    invoice_id uuid PRIMARY KEY,
    entity_id uuid NOT NULL,
    account_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    account_number text NOT NULL,
    number text NOT NULL,
    issue_date date NOT NULL,
    due_date date NOT NULL,
    currency text NOT NULL,
    net bigint NOT NULL,
    tax bigint NOT NULL,
    gross bigint NOT NULL,
    payable bigint NOT NULL,
    credited bigint NOT NULL,
    status smallint NOT NULL,
    source_reference text NOT NULL,
    bill_run_id uuid
);
CREATE UNIQUE INDEX invoice_number ON invoice (entity_id, number);
CREATE INDEX invoice_newest ON invoice (issue_date, number, invoice_id);
CREATE INDEX invoice_account ON invoice (account_id, issue_date);
CREATE INDEX invoice_bill_run ON invoice (bill_run_id, account_id) WHERE bill_run_id IS NOT NULL;

CREATE TABLE credit_note (
    credit_note_id uuid PRIMARY KEY,
    entity_id uuid NOT NULL,
    account_id uuid NOT NULL,
    invoice_id uuid NOT NULL,
    account_number text NOT NULL,
    number text NOT NULL,
    preceding_number text NOT NULL,
    issue_date date NOT NULL,
    currency text NOT NULL,
    net bigint NOT NULL,
    tax bigint NOT NULL,
    gross bigint NOT NULL,
    reason text NOT NULL
);
CREATE UNIQUE INDEX credit_note_number ON credit_note (entity_id, number);
CREATE INDEX credit_note_newest ON credit_note (issue_date, number, credit_note_id);
CREATE INDEX credit_note_invoice ON credit_note (invoice_id);
CREATE INDEX credit_note_account ON credit_note (account_id);

CREATE TABLE bill_run (
    bill_run_id uuid PRIMARY KEY,
    entity_id uuid NOT NULL,
    cycle_code text NOT NULL,
    cycle_key text NOT NULL,
    period_start date NOT NULL,
    period_end date NOT NULL,
    issue_date date NOT NULL,
    started_at timestamptz NOT NULL
);
CREATE INDEX bill_run_newest ON bill_run (started_at, bill_run_id);

-- How a run ended. status: 2 proved, 3 blocked.
CREATE TABLE bill_run_outcome (
    bill_run_id uuid PRIMARY KEY,
    status smallint NOT NULL,
    accounts integer NOT NULL,
    billed integer NOT NULL,
    skipped integer NOT NULL,
    exceptions integer NOT NULL,
    blocked_reason text NOT NULL,
    ended_at timestamptz NOT NULL
);

-- Where the job stands, per shard; written in the transaction of the bills themselves.
CREATE TABLE bill_run_progress (
    bill_run_id uuid NOT NULL,
    shard smallint NOT NULL,
    last_account_id uuid NOT NULL,
    done boolean NOT NULL,
    PRIMARY KEY (bill_run_id, shard)
) WITH (fillfactor = 40);

-- What the run's events say, summed as they are written: one row per shard, so that no two workers share one.
CREATE TABLE bill_run_count (
    bill_run_id uuid NOT NULL,
    shard smallint NOT NULL,
    billed bigint NOT NULL,
    skipped bigint NOT NULL,
    exceptions bigint NOT NULL,
    PRIMARY KEY (bill_run_id, shard)
) WITH (fillfactor = 40);

-- Accounts that a run did not bill, and why.
CREATE TABLE bill_run_skip (
    bill_run_id uuid NOT NULL,
    account_id uuid NOT NULL,
    reason text NOT NULL,
    exception boolean NOT NULL,
    PRIMARY KEY (bill_run_id, account_id)
);
