/* SPDX-License-Identifier: Apache-2.0
 * Access domain: tokens are issued and revoked; owned by invoicing, heard by every service
 * (architecture.md, section 7). Pure. invoicing's model lists ACCESS_TOKEN_STREAM among its kinds
 * and ACCESS_TOKEN_HANDLERS among its handlers; every other service lists ACCESS_TOKEN_HEARD among
 * the events that it hears. */
#pragma once
#include "billing/access/v1/access.pb-c.h"
#include "common/eventlog/model.h"

enum { KIND_TOKEN = 900, TOKEN_GRANTS_MAX = 64 };

#define TOKEN_REFUSALS(X)                                                                          \
    X(TOKEN_EXISTS, 409, "a token with this id was issued before; issue another one")              \
    X(TOKEN_NOT_FOUND, 404, "there is no token with this id")                                      \
    X(TOKEN_ALREADY_REVOKED, 409, "the token was revoked before")                                  \
    X(TOKEN_GRANTS_NOTHING, 422, "a token needs at least one role")                                \
    X(TOKEN_GRANTS_TOO_MANY, 422, "a token holds at most 64 grants")                               \
    X(TOKEN_ROLE_UNKNOWN, 422, "name a role of the handbook (SOD-1)")                              \
    X(TOKEN_PRINCIPAL_MALFORMED, 422, "the principal is a UUID: who acts with the token")          \
    X(TOKEN_ENTITY_MALFORMED, 422, "the legal entity is a UUID, or empty for every entity")        \
    X(TOKEN_SECRET_MALFORMED, 422, "the secret's hash has 32 bytes")                               \
    X(TOKEN_ROLES_CONFLICT, 409, "one person may not hold both roles (SOD-1)")

extern const struct evolution access_token_evolutions[2];

#define ACCESS_TOKEN_STREAM                                                                        \
    {                                                                                              \
        .code = KIND_TOKEN, .name = "token", .state = &access__token_state__descriptor,            \
        .evolutions = access_token_evolutions, .n_evolutions = 2, .fold_version = 1                \
    }

extern const char *const access_issue_token_required[];
extern const char *const access_revoke_token_required[];
void access_issue_token_declare(struct declaring *declaring, const ProtobufCMessage *message);
void access_issue_token_decide(struct deciding *deciding, const ProtobufCMessage *message);
void access_revoke_token_declare(struct declaring *declaring, const ProtobufCMessage *message);
void access_revoke_token_decide(struct deciding *deciding, const ProtobufCMessage *message);

#define ACCESS_TOKEN_HANDLERS                                                                      \
    {.message = &access__issue_token__descriptor,                                                  \
     .declare = access_issue_token_declare,                                                        \
     .decide = access_issue_token_decide,                                                          \
     .required = access_issue_token_required},                                                     \
    {                                                                                              \
        .message = &access__revoke_token__descriptor, .declare = access_revoke_token_declare,      \
        .decide = access_revoke_token_decide, .required = access_revoke_token_required             \
    }

#define ACCESS_TOKEN_HEARD &access__token_issued__descriptor, &access__token_revoked__descriptor
