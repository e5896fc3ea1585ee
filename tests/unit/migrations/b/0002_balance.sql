-- SPDX-License-Identifier: Apache-2.0
-- Test of embed_sql: a function with a dollar-quoted body.
CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql AS $$ SELECT 2 * n; $$;
INSERT INTO account(id) VALUES (twice(21));
