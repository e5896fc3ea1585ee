-- SPDX-License-Identifier: Apache-2.0
-- The event log of one service and everything that a unit of work keeps beside it (architecture.md, sections 3 and 4).
-- Ids are 16-byte uuids and types small integers: as text they cost a third of the speed.

-- The end of each shard's log. A writer locks the heads it needs, so positions run 1, 2, 3 … in commit order.
CREATE TABLE shard_head (
    shard smallint PRIMARY KEY,
    position bigint NOT NULL,
    hash bytea NOT NULL,
    epoch integer NOT NULL DEFAULT 0,
    recorded_at timestamptz NOT NULL DEFAULT '-infinity',
    parked integer NOT NULL DEFAULT 0
) WITH (fillfactor = 10);

CREATE TABLE event_type (
    code smallint PRIMARY KEY,
    name text NOT NULL UNIQUE
);

-- Append only. envelope = event id (16 bytes) ‖ key (16 bytes) ‖ header `duebook-feed`, as it is published.
CREATE TABLE event (
    shard smallint NOT NULL,
    position bigint NOT NULL,
    kind smallint NOT NULL,
    stream uuid NOT NULL,
    version integer NOT NULL,
    type smallint NOT NULL,
    envelope bytea NOT NULL,
    payload bytea NOT NULL,
    PRIMARY KEY (shard, position)
);
ALTER TABLE event ALTER envelope SET STORAGE EXTERNAL, ALTER payload SET STORAGE EXTERNAL;
CREATE UNIQUE INDEX event_stream ON event (stream, version, kind);

CREATE FUNCTION event_is_for_ever() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'events are never updated or deleted; a correction is a new event (GEN-6)';
END $$;
CREATE TRIGGER event_is_for_ever BEFORE UPDATE OR DELETE OR TRUNCATE ON event
    FOR EACH STATEMENT EXECUTE FUNCTION event_is_for_ever();

-- Snapshots: a cache of folded states, at most `snapshot_every` events behind; may be emptied at any time.
CREATE TABLE stream (
    kind smallint NOT NULL,
    stream uuid NOT NULL,
    fold_version integer NOT NULL,
    version integer NOT NULL,
    shard smallint NOT NULL,
    state bytea NOT NULL,
    PRIMARY KEY (stream, kind)
) WITH (fillfactor = 45);

CREATE TABLE lookup (
    index_no smallint NOT NULL,
    key text NOT NULL,
    kind smallint NOT NULL,
    stream uuid NOT NULL,
    shard smallint NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (index_no, key, stream, kind)
);

-- Look-ups that only one stream may hold: natural keys.
CREATE TABLE claim (
    index_no smallint NOT NULL,
    key text NOT NULL,
    kind smallint NOT NULL,
    stream uuid NOT NULL,
    shard smallint NOT NULL,
    PRIMARY KEY (index_no, key)
);

-- How far each incoming partition was applied; the fence against zombies.
CREATE TABLE inbox (
    topic text NOT NULL,
    partition smallint NOT NULL,
    epoch integer NOT NULL DEFAULT 0,
    position bigint NOT NULL DEFAULT 0,
    hash bytea NOT NULL,
    kafka_offset bigint NOT NULL DEFAULT -1,
    complete_at timestamptz NOT NULL DEFAULT '-infinity',
    applied_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (topic, partition)
) WITH (fillfactor = 10);

-- How far each shard was published and read back.
CREATE TABLE relay (
    shard smallint PRIMARY KEY,
    position bigint NOT NULL DEFAULT 0,
    kafka_offset bigint NOT NULL DEFAULT -1,
    epoch integer NOT NULL DEFAULT 0,
    moved_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 10);

CREATE TABLE command_receipt (
    id uuid PRIMARY KEY,
    request_hash bytea NOT NULL,
    status smallint NOT NULL,
    code text NOT NULL,
    etag text NOT NULL,
    subject text NOT NULL,
    body bytea NOT NULL,
    shard smallint NOT NULL,
    position bigint NOT NULL,
    recorded_at timestamptz NOT NULL
);
CREATE INDEX command_receipt_age ON command_receipt (recorded_at);

-- INV-17: gap-free, because the number is taken in the transaction that uses it.
CREATE TABLE number_series (
    entity uuid NOT NULL,
    class text NOT NULL,
    year integer NOT NULL,
    next bigint NOT NULL,
    last_issue_date date NOT NULL,
    PRIMARY KEY (entity, class, year)
) WITH (fillfactor = 20);

CREATE TABLE handover (
    target_shard smallint NOT NULL,
    source_shard smallint NOT NULL,
    source_position bigint NOT NULL,
    index_no integer NOT NULL,
    id uuid NOT NULL,
    type text NOT NULL,
    key text NOT NULL,
    actor text NOT NULL,
    command_key text NOT NULL,
    payload bytea NOT NULL,
    hops smallint NOT NULL,
    entity uuid NOT NULL,
    occurred_at timestamptz NOT NULL,
    posting_date date NOT NULL,
    since timestamptz NOT NULL,
    PRIMARY KEY (target_shard, source_shard, source_position, index_no)
);

-- Messages and handovers whose predecessor has not arrived. The record's bytes are kept as they came.
CREATE TABLE waiting (
    id uuid PRIMARY KEY,
    shard smallint NOT NULL,
    key text NOT NULL,
    awaited_kind smallint NOT NULL,
    awaited uuid NOT NULL,
    origin smallint NOT NULL,
    topic text NOT NULL,
    partition smallint NOT NULL,
    position bigint NOT NULL,
    kafka_offset bigint NOT NULL,
    type text NOT NULL,
    feed_id text NOT NULL,
    record_key text NOT NULL,
    event_id uuid NOT NULL,
    header bytea NOT NULL,
    payload bytea NOT NULL,
    decision_id uuid NOT NULL,
    hops smallint NOT NULL,
    entity uuid NOT NULL,
    occurred_at timestamptz NOT NULL,
    posting_date date NOT NULL,
    since timestamptz NOT NULL
);
CREATE INDEX waiting_awaited ON waiting (awaited, awaited_kind);

CREATE TABLE parked (
    id uuid PRIMARY KEY,
    shard smallint NOT NULL,
    seq bigint NOT NULL,
    key text NOT NULL,
    follower boolean NOT NULL,
    origin smallint NOT NULL,
    topic text NOT NULL,
    partition smallint NOT NULL,
    position bigint NOT NULL,
    kafka_offset bigint NOT NULL,
    type text NOT NULL,
    feed_id text NOT NULL,
    record_key text NOT NULL,
    event_id uuid NOT NULL,
    header bytea NOT NULL,
    payload bytea NOT NULL,
    decision_id uuid NOT NULL,
    hops smallint NOT NULL,
    entity uuid NOT NULL,
    occurred_at timestamptz NOT NULL,
    posting_date date NOT NULL,
    code text NOT NULL,
    field text NOT NULL,
    detail text NOT NULL,
    parked_at timestamptz NOT NULL,
    discard_requested_by text,
    discard_reason text
);
CREATE INDEX parked_key ON parked (key);
CREATE INDEX parked_order ON parked (shard, seq);

-- Who does what only one process may do. Database time.
CREATE TABLE lease (
    name text PRIMARY KEY,
    owner text NOT NULL,
    epoch bigint NOT NULL,
    until timestamptz NOT NULL
) WITH (fillfactor = 20);

-- The test clock: added to the database's clock; forward only, and only where the installation allows it.
CREATE TABLE clock_offset (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    offset_us bigint NOT NULL DEFAULT 0
);
INSERT INTO clock_offset DEFAULT VALUES;
