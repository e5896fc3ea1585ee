-- SPDX-License-Identifier: Apache-2.0
-- Test of embed_sql: quotes "', a backslash \, and a letter beyond ASCII: Zoë.
CREATE TABLE account(id int PRIMARY KEY, name text NOT NULL DEFAULT 'Zoë \ "x"');
