-- SPDX-License-Identifier: Apache-2.0
-- Who may call: every service's copy of the tokens that invoicing issued (common/service/access.h). A revoked token has
-- no row. grants: 17 bytes each, role and legal entity, all zero for every entity.
CREATE TABLE access_token (
    token_id uuid PRIMARY KEY,
    principal_id uuid NOT NULL,
    label text NOT NULL,
    secret_hash bytea NOT NULL,
    grants bytea NOT NULL,
    expires_at timestamptz,
    issued_at timestamptz NOT NULL
);
