-- SPDX-License-Identifier: Apache-2.0
-- What people query of payments. Every row but those of import_file follows from events (store.c) and can be made again
-- from them. Amounts in minor units of the currency; payer_name, payer_account and text are packed
-- billing.common.v1.Sealed, unreadable once the payer is erased.

-- status: 1 received, 2 partly returned, 3 returned. method: billing.payments.v1.PaymentMethod.
CREATE TABLE payment (
    payment_id uuid PRIMARY KEY,
    entity_id uuid NOT NULL,
    account_id uuid,
    status smallint NOT NULL,
    method smallint NOT NULL,
    currency text NOT NULL,
    amount bigint NOT NULL,
    returned bigint NOT NULL,
    value_date date NOT NULL,
    booking_date date NOT NULL,
    statement_id uuid,
    bank_account_id uuid,
    bank_reference text NOT NULL,
    end_to_end_id text NOT NULL,
    mandate_id text NOT NULL,
    references_found text NOT NULL,
    natural_key text NOT NULL,
    payer_name bytea,
    payer_account bytea,
    text bytea,
    at_risk_until timestamptz
);
CREATE INDEX payment_newest ON payment (value_date, payment_id);
CREATE INDEX payment_statement ON payment (statement_id) WHERE statement_id IS NOT NULL;
CREATE INDEX payment_account ON payment (account_id, value_date) WHERE account_id IS NOT NULL;

CREATE TABLE payment_return (
    payment_id uuid NOT NULL,
    natural_key text NOT NULL,
    entity_id uuid NOT NULL,
    currency text NOT NULL,
    amount bigint NOT NULL,
    reason_code text NOT NULL,
    return_reference text NOT NULL,
    value_date date NOT NULL,
    statement_id uuid,
    bank_account_id uuid,
    PRIMARY KEY (payment_id, natural_key)
);
CREATE INDEX payment_return_newest ON payment_return (value_date, payment_id, natural_key);
CREATE INDEX payment_return_statement ON payment_return (statement_id) WHERE statement_id IS NOT NULL;

-- amount: negative if the account was debited.
CREATE TABLE bank_movement (
    movement_id uuid PRIMARY KEY,
    entity_id uuid NOT NULL,
    bank_account_id uuid NOT NULL,
    statement_id uuid NOT NULL,
    currency text NOT NULL,
    amount bigint NOT NULL,
    booking_date date NOT NULL,
    transaction_code text NOT NULL,
    bank_reference text NOT NULL,
    unmatched_return_reference text NOT NULL,
    return_reason_code text NOT NULL,
    natural_key text NOT NULL
);
CREATE INDEX bank_movement_newest ON bank_movement (booking_date, movement_id);
CREATE INDEX bank_movement_statement ON bank_movement (statement_id);

CREATE TABLE bank_account (
    bank_account_id uuid PRIMARY KEY,
    entity_id uuid NOT NULL,
    account_number text NOT NULL UNIQUE,
    currency text NOT NULL
);

-- How far the statements of an account have come, per currency.
CREATE TABLE bank_balance (
    bank_account_id uuid NOT NULL,
    currency text NOT NULL,
    entity_id uuid NOT NULL,
    last_statement_id uuid NOT NULL,
    last_closing bigint NOT NULL,
    last_closing_date date,
    last_sequence_number bigint NOT NULL,
    first_opening bigint,
    PRIMARY KEY (bank_account_id, currency)
) WITH (fillfactor = 50);

-- status: 1 held, 2 ingested (its rows are being posted), 3 posted.
CREATE TABLE statement (
    statement_id uuid PRIMARY KEY,
    import_id uuid,
    ordinal integer NOT NULL,
    entity_id uuid,
    bank_account_id uuid,
    account_number text NOT NULL,
    bank_statement_reference text NOT NULL,
    sequence_number bigint NOT NULL,
    page_number integer NOT NULL,
    format text NOT NULL,
    currency text NOT NULL,
    opening bigint,
    closing bigint,
    opening_date date,
    closing_date date,
    status smallint NOT NULL,
    booked_entries integer NOT NULL,
    pending_entries integer NOT NULL,
    credits bigint NOT NULL,
    debits bigint NOT NULL,
    rows integer NOT NULL,
    return_rows integer NOT NULL,
    payments integer NOT NULL,
    returns integer NOT NULL,
    movements integer NOT NULL,
    duplicates integer NOT NULL,
    imported_by text NOT NULL
) WITH (fillfactor = 60);
CREATE INDEX statement_newest ON statement (coalesce(closing_date, '-infinity'::date), statement_id);
CREATE INDEX statement_import ON statement (import_id, ordinal);
CREATE INDEX statement_account ON statement (bank_account_id, closing_date);
CREATE INDEX statement_to_post ON statement (import_id) WHERE status = 2;

-- Why a statement is or was held.
CREATE TABLE statement_reason (
    statement_id uuid NOT NULL,
    number integer NOT NULL,
    entity_id uuid,
    code text NOT NULL,
    detail text NOT NULL,
    currency text NOT NULL,
    difference bigint,
    PRIMARY KEY (statement_id, number)
);

-- Files that somebody brought. verdict: 1 read, 2 refused whole, 3 not read yet.
CREATE TABLE import (
    import_id uuid PRIMARY KEY,
    sha256 bytea NOT NULL,
    size bigint NOT NULL,
    format text NOT NULL,
    verdict smallint NOT NULL,
    code text NOT NULL,
    path text NOT NULL,
    line bigint NOT NULL,
    detail text NOT NULL,
    statements integer NOT NULL,
    entries bigint NOT NULL,
    imported_by text NOT NULL,
    request_id uuid,
    recorded_at timestamptz NOT NULL
);
CREATE INDEX import_newest ON import (recorded_at, import_id);
CREATE INDEX import_request ON import (request_id);

-- Where the job stands, per statement, pass (0: rows, 1: returns) and shard; written in the transaction of the rows
-- themselves.
CREATE TABLE import_progress (
    statement_id uuid NOT NULL,
    pass smallint NOT NULL,
    shard smallint NOT NULL,
    step bigint NOT NULL,
    PRIMARY KEY (statement_id, pass, shard)
) WITH (fillfactor = 40);

-- The files themselves, whole and in pieces. Bank files are full of personal data, so each piece is a packed
-- billing.common.v1.Sealed under a key of the import.
CREATE TABLE import_file (
    import_id uuid NOT NULL,
    piece integer NOT NULL,
    sealed bytea NOT NULL,
    kept_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (import_id, piece)
);
ALTER TABLE import_file ALTER sealed SET STORAGE EXTERNAL;

-- Everything that a statement became, in one list.
CREATE VIEW statement_row AS
    SELECT statement_id, natural_key, 'payment' AS became, payment_id AS id, entity_id, currency, amount, booking_date,
           bank_reference, '' AS reason_code
      FROM payment WHERE statement_id IS NOT NULL
    UNION ALL
    SELECT statement_id, natural_key, 'return', payment_id, entity_id, currency, -amount, value_date,
           return_reference, reason_code
      FROM payment_return WHERE statement_id IS NOT NULL
    UNION ALL
    SELECT statement_id, natural_key, 'movement', movement_id, entity_id, currency, amount, booking_date,
           bank_reference, return_reason_code
      FROM bank_movement;
