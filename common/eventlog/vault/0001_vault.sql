-- SPDX-License-Identifier: Apache-2.0
-- Vault: wrapped data keys of the people whose data is sealed in events, and their searchable plain text. Both are what
-- erasure deletes (handbook COL-20, COL-21; architecture.md, section 7). The tables are nobody's but the owner's: services
-- reach them through the functions below. Applied in schema `vault`.

CREATE TABLE subject_key (
    subject_id  uuid NOT NULL,
    key_version int4 NOT NULL CHECK (key_version > 0),
    wrapped_key bytea,
    status      text NOT NULL CHECK (status IN ('PENDING', 'CONFIRMED', 'DESTROYED')),
    service     text NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (subject_id, key_version),
    CHECK ((wrapped_key IS NULL) = (status = 'DESTROYED'))
);
CREATE INDEX subject_key_pending ON subject_key (service, created_at) WHERE status = 'PENDING';

CREATE TABLE search (
    subject_id uuid NOT NULL,
    kind       text NOT NULL,
    text       text NOT NULL,
    PRIMARY KEY (subject_id, kind, text)
);
-- Ranges of code points find prefixes with any plan, LIKE with a parameter does not.
CREATE INDEX search_text ON search (kind, (lower(text) COLLATE "C"));

-- The newest key of each subject; a subject that has none gets the one that is offered, PENDING until its stream is born.
CREATE FUNCTION subject_keys_ensure(subjects uuid[], offered bytea[], service_name text)
RETURNS TABLE (subject_id uuid, key_version int4, wrapped_key bytea)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = vault, pg_temp AS $$
    INSERT INTO subject_key (subject_id, key_version, wrapped_key, status, service)
    SELECT o.subject, 1, o.key, 'PENDING', service_name
      FROM (SELECT * FROM unnest(subjects, offered) AS u(subject, key) ORDER BY subject) o
     WHERE NOT EXISTS (SELECT FROM subject_key k WHERE k.subject_id = o.subject)
    ON CONFLICT DO NOTHING;
    SELECT DISTINCT ON (k.subject_id) k.subject_id, k.key_version, k.wrapped_key
      FROM subject_key k WHERE k.subject_id = ANY (subjects)
     ORDER BY k.subject_id, k.key_version DESC;
$$;

-- A NULL key was destroyed; a missing row never was.
CREATE FUNCTION subject_keys_get(subjects uuid[], versions int4[])
RETURNS TABLE (subject_id uuid, key_version int4, wrapped_key bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = vault, pg_temp AS $$
    SELECT k.subject_id, k.key_version, k.wrapped_key
      FROM unnest(subjects, versions) AS u(subject, version)
      JOIN subject_key k ON k.subject_id = u.subject AND k.key_version = u.version;
$$;

CREATE FUNCTION subject_keys_confirm(subjects uuid[]) RETURNS int8
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = vault, pg_temp AS $$
    WITH changed AS (UPDATE subject_key SET status = 'CONFIRMED'
                      WHERE subject_id = ANY (subjects) AND status = 'PENDING' RETURNING 1)
    SELECT count(*) FROM changed;
$$;

CREATE FUNCTION subject_keys_pending(service_name text, older_than_s int4, most int4)
RETURNS TABLE (subject_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = vault, pg_temp AS $$
    SELECT k.subject_id FROM subject_key k
     WHERE k.service = service_name AND k.status = 'PENDING'
       AND k.created_at < clock_timestamp() - make_interval(secs => older_than_s)
     ORDER BY k.created_at LIMIT most;
$$;

-- Only what was never confirmed can be forgotten: a confirmed key ends by destruction alone.
CREATE FUNCTION subject_keys_forget(subjects uuid[], older_than_s int4) RETURNS int8
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = vault, pg_temp AS $$
    DELETE FROM search s USING subject_key k
     WHERE s.subject_id = k.subject_id AND k.subject_id = ANY (subjects) AND k.status = 'PENDING'
       AND k.created_at < clock_timestamp() - make_interval(secs => older_than_s);
    WITH gone AS (DELETE FROM subject_key
                   WHERE subject_id = ANY (subjects) AND status = 'PENDING'
                     AND created_at < clock_timestamp() - make_interval(secs => older_than_s) RETURNING 1)
    SELECT count(*) FROM gone;
$$;

-- Erasure. A subject without a key gets a destroyed one, so that nothing can be sealed for it afterwards. Doing it again
-- changes nothing: after a restore every SubjectShredded is applied again.
CREATE FUNCTION subject_destroy(subject uuid, service_name text) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = vault, pg_temp AS $$
    INSERT INTO subject_key (subject_id, key_version, wrapped_key, status, service)
    VALUES (subject, 1, NULL, 'DESTROYED', service_name) ON CONFLICT DO NOTHING;
    UPDATE subject_key SET status = 'DESTROYED', wrapped_key = NULL
     WHERE subject_id = subject AND status <> 'DESTROYED';
    DELETE FROM search WHERE subject_id = subject;
$$;

-- Not for subjects that were erased or never had a key.
CREATE FUNCTION search_put(subjects uuid[], kinds text[], texts text[]) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = vault, pg_temp AS $$
    DELETE FROM search s USING unnest(subjects, kinds) AS u(subject, kind)
     WHERE s.subject_id = u.subject AND s.kind = u.kind;
    INSERT INTO search (subject_id, kind, text)
    SELECT u.subject, u.kind, u.text FROM unnest(subjects, kinds, texts) AS u(subject, kind, text)
     WHERE EXISTS (SELECT FROM subject_key k WHERE k.subject_id = u.subject AND k.status <> 'DESTROYED')
    ON CONFLICT DO NOTHING;
$$;

CREATE FUNCTION search_erase(subjects uuid[]) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = vault, pg_temp AS $$
    DELETE FROM search WHERE subject_id = ANY (subjects);
$$;

-- how: 'exact', 'prefix' or 'part'; letters compare without case.
CREATE FUNCTION search_find(wanted_kind text, how text, wanted text, most int4)
RETURNS TABLE (subject_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = vault, pg_temp AS $$
    SELECT DISTINCT s.subject_id FROM search s
     WHERE s.kind = wanted_kind
       AND (how = 'part' OR (lower(s.text) COLLATE "C" >= lower(wanted) COLLATE "C"
            AND lower(s.text) COLLATE "C" <= (lower(wanted) || CASE how WHEN 'prefix' THEN chr(1114111) ELSE '' END)
                COLLATE "C"))
       AND (how <> 'part' OR position(lower(wanted) IN lower(s.text)) > 0)
     ORDER BY s.subject_id LIMIT most;
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA vault FROM PUBLIC;
DO $$
DECLARE service_role text;
BEGIN
    FOR service_role IN
        SELECT rolname FROM pg_roles
         WHERE rolname IN ('duebook_invoicing', 'duebook_payments', 'duebook_reconciliation', 'duebook_collections',
                           'duebook_reporting')
    LOOP
        EXECUTE format('GRANT USAGE ON SCHEMA vault TO %I', service_role);
        EXECUTE format('GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA vault TO %I', service_role);
    END LOOP;
END;
$$;
