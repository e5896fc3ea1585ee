-- SPDX-License-Identifier: Apache-2.0
-- What people query of collections. Every row follows from events (store.c) and can be made again from them.

-- Whose "today" counts (GEN-5).
CREATE TABLE legal_entity (
    entity_id uuid PRIMARY KEY,
    name text NOT NULL,
    zone text NOT NULL
);

-- One account. stage: 1 current, 2 grace, 3 dunning, 4 final notice; bucket: 1 current, 2 1-30, 3 31-60, 4 61-90, 5 over
-- 90 days; both as of evaluated_as_of. evaluate_from: the first day on which it must be evaluated again, null while it
-- owes nothing.
CREATE TABLE collection_case (
    account_id uuid PRIMARY KEY,
    entity_id uuid NOT NULL,
    customer_id uuid,
    account_number text NOT NULL,
    segment text NOT NULL,
    stage smallint NOT NULL,
    bucket smallint NOT NULL,
    days_past_due integer NOT NULL,
    level integer NOT NULL,
    episode integer NOT NULL,
    policy_id uuid,
    policy_version integer NOT NULL,
    evaluated_as_of date,
    last_step_on date,
    oldest_due date,
    evaluate_from date
) WITH (fillfactor = 70);
CREATE INDEX collection_case_turn ON collection_case (entity_id, evaluate_from, account_id)
    WHERE evaluate_from IS NOT NULL;
CREATE INDEX collection_case_number ON collection_case (account_number);

-- Amounts of a case in minor units: past their due date, and all that is open.
CREATE TABLE case_overdue (
    account_id uuid NOT NULL,
    currency text NOT NULL,
    entity_id uuid NOT NULL,
    overdue bigint NOT NULL,
    open bigint NOT NULL,
    PRIMARY KEY (account_id, currency)
) WITH (fillfactor = 70);
CREATE INDEX case_overdue_worklist ON case_overdue (overdue DESC, account_id DESC, currency DESC) WHERE overdue > 0;
CREATE INDEX case_overdue_entity ON case_overdue (entity_id, overdue DESC, account_id DESC, currency DESC)
    WHERE overdue > 0;

-- Items that are open.
CREATE TABLE case_item (
    item_id uuid PRIMARY KEY,
    account_id uuid NOT NULL,
    entity_id uuid NOT NULL,
    document_number text NOT NULL,
    currency text NOT NULL,
    open bigint NOT NULL,
    due_date date NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX case_item_account ON case_item (account_id, due_date, item_id);

-- Every step that was taken or skipped; one row per currency of its amounts, currency '' for a skipped one.
CREATE TABLE dunning_step (
    event_id uuid NOT NULL,
    currency text NOT NULL,
    account_id uuid NOT NULL,
    entity_id uuid NOT NULL,
    episode integer NOT NULL,
    step integer NOT NULL,
    as_of date NOT NULL,
    skipped boolean NOT NULL,
    reason text NOT NULL,
    channel text NOT NULL,
    template text NOT NULL,
    final_notice boolean NOT NULL,
    items integer NOT NULL,
    amount bigint,
    policy_id uuid,
    policy_version integer NOT NULL,
    PRIMARY KEY (event_id, currency)
);
CREATE INDEX dunning_step_account ON dunning_step (account_id, as_of, step);
CREATE INDEX dunning_step_day ON dunning_step (entity_id, as_of);

CREATE TABLE dunning_policy (
    policy_id uuid NOT NULL,
    version integer NOT NULL,
    entity_id uuid NOT NULL,
    segment text NOT NULL,
    grace_days integer NOT NULL,
    gap_days integer NOT NULL,
    steps integer NOT NULL,
    effective_date date,
    set_at timestamptz NOT NULL,
    PRIMARY KEY (policy_id, version)
);

-- How far the evaluation of a day has come, counted from its events; one row per shard, so that none is hot.
CREATE TABLE evaluation (
    entity_id uuid NOT NULL,
    as_of date NOT NULL,
    shard smallint NOT NULL,
    accounts bigint NOT NULL,
    steps_taken bigint NOT NULL,
    steps_skipped bigint NOT NULL,
    last_at timestamptz NOT NULL,
    PRIMARY KEY (entity_id, as_of, shard)
) WITH (fillfactor = 50);
