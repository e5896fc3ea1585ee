-- SPDX-License-Identifier: Apache-2.0
-- Tables of reconciliation: what people query, and the sums that the tie-out reads (services/reconciliation/tables.c).
-- Amounts are minor units of the row's currency.

CREATE TABLE account (
    account_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    entity_id uuid NOT NULL,
    account_number text NOT NULL,
    currency text NOT NULL,
    segment text NOT NULL,
    PRIMARY KEY (account_id)
);

CREATE TABLE open_item (
    item_id uuid NOT NULL,
    account_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    entity_id uuid NOT NULL,
    kind smallint NOT NULL,
    document_number text NOT NULL,
    currency text NOT NULL,
    amount_minor bigint NOT NULL,
    open_minor bigint NOT NULL,
    disputed_minor bigint NOT NULL,
    issue_date date NOT NULL,
    due_date date NOT NULL,
    creditor_reference text NOT NULL,
    account_number text NOT NULL,
    segment text NOT NULL,
    PRIMARY KEY (item_id)
) WITH (fillfactor = 60);

CREATE TABLE application (
    shard smallint NOT NULL,
    position bigint NOT NULL,
    application_id uuid NOT NULL,
    money_id uuid NOT NULL,
    item_id uuid NOT NULL,
    account_id uuid NOT NULL,
    entity_id uuid NOT NULL,
    currency text NOT NULL,
    amount_minor bigint NOT NULL,
    open_after_minor bigint NOT NULL,
    credit boolean NOT NULL,
    from_money boolean NOT NULL,
    rule text NOT NULL,
    reason text NOT NULL,
    posting_date date NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (shard, position)
);

CREATE TABLE account_money (
    money_id uuid NOT NULL,
    account_id uuid,
    customer_id uuid NOT NULL,
    entity_id uuid NOT NULL,
    currency text NOT NULL,
    amount_minor bigint NOT NULL,
    left_minor bigint NOT NULL,
    returned_minor bigint NOT NULL,
    value_date date,
    credit boolean NOT NULL,
    at_risk_until timestamptz,
    PRIMARY KEY (money_id)
) WITH (fillfactor = 60);

CREATE TABLE payment_match (
    payment_id uuid NOT NULL,
    status text NOT NULL,
    entity_id uuid NOT NULL,
    account_id uuid,
    currency text NOT NULL,
    amount_minor bigint NOT NULL,
    suspended_minor bigint NOT NULL,
    opened date,
    value_date date,
    candidates integer NOT NULL,
    PRIMARY KEY (payment_id)
) WITH (fillfactor = 60);

-- By the place of the event in the log: a journal is appended, and its lines never move.
CREATE TABLE journal (
    shard smallint NOT NULL,
    position bigint NOT NULL,
    journal_id uuid NOT NULL,
    entity_id uuid NOT NULL,
    currency text NOT NULL,
    posting_date date NOT NULL,
    template text NOT NULL,
    document_id uuid NOT NULL,
    account_id uuid,
    reversal boolean NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (shard, position)
);

CREATE TABLE journal_line (
    shard smallint NOT NULL,
    position bigint NOT NULL,
    line smallint NOT NULL,
    ledger_account integer NOT NULL,
    debit_minor bigint NOT NULL,
    credit_minor bigint NOT NULL,
    PRIMARY KEY (shard, position, line)
);

CREATE TABLE bank_statement (
    statement_id uuid NOT NULL,
    bank_account_id uuid NOT NULL,
    entity_id uuid NOT NULL,
    currency text NOT NULL,
    opening_minor bigint NOT NULL,
    closing_minor bigint NOT NULL,
    opening_known boolean NOT NULL,
    closing_known boolean NOT NULL,
    opening_date date,
    closing_date date,
    sequence_number bigint NOT NULL,
    credits_minor bigint NOT NULL,
    debits_minor bigint NOT NULL,
    accepted boolean NOT NULL,
    heard_at timestamptz NOT NULL,
    PRIMARY KEY (statement_id)
);

CREATE TABLE bank_statement_posted (
    statement_id uuid NOT NULL,
    rows_posted bigint NOT NULL,
    PRIMARY KEY (statement_id)
);

CREATE TABLE tie_out (
    tie_out_id uuid NOT NULL,
    entity_id uuid NOT NULL,
    currency text NOT NULL,
    broken boolean NOT NULL,
    incoming_minor bigint NOT NULL,
    items_minor bigint NOT NULL,
    journal_minor bigint NOT NULL,
    under_way_items_minor bigint NOT NULL,
    under_way_journal_minor bigint NOT NULL,
    bank_minor bigint NOT NULL,
    bank_journal_minor bigint NOT NULL,
    bank_accounts integer NOT NULL,
    bank_accounts_pending integer NOT NULL,
    breaks text NOT NULL,
    documents text NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (tie_out_id, entity_id, currency)
);

CREATE TABLE bank_statement_rows (
    shard smallint NOT NULL,
    statement_id uuid NOT NULL,
    rows_seen bigint NOT NULL DEFAULT 0,
    amount_minor bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (shard, statement_id)
);

CREATE TABLE incoming_total (
    shard smallint NOT NULL,
    entity_id uuid NOT NULL,
    currency text NOT NULL,
    amount_minor bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (shard, entity_id, currency)
) WITH (fillfactor = 20);

CREATE TABLE ledger_total (
    shard smallint NOT NULL,
    entity_id uuid NOT NULL,
    currency text NOT NULL,
    ledger_account integer NOT NULL,
    debit_minor bigint NOT NULL DEFAULT 0,
    credit_minor bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (shard, entity_id, currency, ledger_account)
) WITH (fillfactor = 20);

CREATE TABLE bank_ledger_total (
    shard smallint NOT NULL,
    bank_account_id uuid NOT NULL,
    amount_minor bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (shard, bank_account_id)
) WITH (fillfactor = 20);

CREATE TABLE document_total (
    shard smallint NOT NULL,
    document_id uuid NOT NULL,
    entity_id uuid NOT NULL,
    currency text NOT NULL,
    incoming_minor bigint NOT NULL DEFAULT 0,
    items_minor bigint NOT NULL DEFAULT 0,
    journal_minor bigint NOT NULL DEFAULT 0,
    bank_incoming_minor bigint NOT NULL DEFAULT 0,
    bank_journal_minor bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (shard, document_id)
) WITH (fillfactor = 60);

CREATE INDEX open_item_account ON open_item (account_id);
CREATE INDEX open_item_open ON open_item (entity_id, currency, due_date) INCLUDE (open_minor) WHERE open_minor <> 0;
CREATE INDEX open_item_number ON open_item (document_number);
CREATE INDEX application_item ON application (item_id);
CREATE INDEX application_money ON application (money_id);
CREATE INDEX application_account ON application (account_id);
CREATE INDEX account_number ON account (account_number);
CREATE INDEX account_money_account ON account_money (account_id);
CREATE INDEX account_money_left ON account_money (entity_id, currency) INCLUDE (left_minor) WHERE left_minor <> 0;
CREATE INDEX payment_match_suspense ON payment_match (entity_id, currency, opened) INCLUDE (suspended_minor)
    WHERE suspended_minor <> 0;
CREATE INDEX journal_document ON journal (document_id);
CREATE INDEX journal_date ON journal (posting_date, shard, position);
CREATE INDEX bank_statement_order ON bank_statement (bank_account_id, closing_date, sequence_number);
CREATE INDEX tie_out_time ON tie_out (recorded_at);
