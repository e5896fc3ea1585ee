/* SPDX-License-Identifier: Apache-2.0 */
#include "common/service/access_domain.h"

#include "common/identity/uuid.h"

#define X(name, status, text) static const struct refusal name = {#name, "SOD-1", text, status};
TOKEN_REFUSALS(X)
#undef X

enum { SECRET_HASH_BYTES = 32 };
static const int64_t day_us = INT64_C(86400000000);

static void token_evolve_issued(struct arena *arena, Access__TokenState *state,
                                const Access__TokenIssued *event)
{
    (void)arena;
    state->token_id = event->token_id;
    state->principal_id = event->principal_id;
    state->label = event->label;
    state->n_grants = event->n_grants;
    state->grants = event->grants;
    state->expires_at_us = event->expires_at_us;
}

static void token_evolve_revoked(struct arena *arena, Access__TokenState *state,
                                 const Access__TokenRevoked *event)
{
    (void)arena;
    (void)event;
    state->revoked = true;
}

EVOLVER(token_evolve_issued, Access__TokenState, Access__TokenIssued)
EVOLVER(token_evolve_revoked, Access__TokenState, Access__TokenRevoked)

const struct evolution access_token_evolutions[2] = {
    {&access__token_issued__descriptor, token_evolve_issued_any,
     "somebody may act with the grants named, until it expires or is revoked"},
    {&access__token_revoked__descriptor, token_evolve_revoked_any,
     "nobody may act with it any more; for good"},
};

const char *const access_issue_token_required[] = {"token_id", "principal_id", "secret_hash", NULL};
const char *const access_revoke_token_required[] = {"token_id", NULL};

static bool role_is_known(Access__Role role)
{
    switch (role) {
    case ROLE_UNSPECIFIED:
        return false;
    case ROLE_VIEWER:
    case ROLE_BILLER:
    case ROLE_CASHIER:
    case ROLE_COLLECTOR:
    case ROLE_ACCOUNTANT:
    case ROLE_CREDIT_MANAGER:
    case ROLE_AR_MANAGER:
    case ROLE_CONTROLLER:
    case ROLE_PRIVACY_OFFICER:
    case ROLE_AUDITOR:
    case ROLE_OPERATOR:
    case ROLE_SERVICE:
        return true;
    }
    return false;
}

/* Who posts cash could hide what is missing behind a credit note, a refund or a write-off
 * (lapping); who changes bank details could refund to an account of their own. */
static const struct {
    Access__Role one, other;
} conflicts[] = {
    {ROLE_CASHIER, ROLE_BILLER},
    {ROLE_CASHIER, ROLE_COLLECTOR},
    {ROLE_CREDIT_MANAGER, ROLE_BILLER},
};

static bool roles_conflict(const Access__Grant *left, const Access__Grant *right)
{
    bool same_entity =
        !*left->entity_id || !*right->entity_id || !strcmp(left->entity_id, right->entity_id);
    for (size_t i = 0; same_entity && i < sizeof conflicts / sizeof *conflicts; i++)
        if ((left->role == conflicts[i].one && right->role == conflicts[i].other) ||
            (left->role == conflicts[i].other && right->role == conflicts[i].one))
            return true;
    return false;
}

static const struct refusal *grants_refusal(Access__Grant *const *grants, size_t n)
{
    struct uuid entity;
    if (n == 0)
        return &TOKEN_GRANTS_NOTHING;
    if (n > TOKEN_GRANTS_MAX)
        return &TOKEN_GRANTS_TOO_MANY;
    for (size_t i = 0; i < n; i++) {
        if (!role_is_known(grants[i]->role))
            return &TOKEN_ROLE_UNKNOWN;
        if (*grants[i]->entity_id && uuid_parse(&entity, grants[i]->entity_id, NULL) != OK)
            return &TOKEN_ENTITY_MALFORMED;
        for (size_t j = 0; j < i; j++)
            if (roles_conflict(grants[i], grants[j]))
                return &TOKEN_ROLES_CONFLICT;
    }
    return NULL;
}

void access_issue_token_declare(struct declaring *declaring, const ProtobufCMessage *message)
{
    const Access__IssueToken *command = (const Access__IssueToken *)message;
    declare_key(declaring, command->token_id);
    declare_stream(declaring, KIND_TOKEN, command->token_id);
}

/* A token belongs to no legal entity; its posting date is the day in UTC. */
static void token_books(struct deciding *deciding)
{
    deciding_books(deciding, "", (int32_t)(deciding->now_us / day_us), deciding->now_us);
}

void access_issue_token_decide(struct deciding *deciding, const ProtobufCMessage *message)
{
    const Access__IssueToken *command = (const Access__IssueToken *)message;
    struct uuid principal;
    if (deciding_state(deciding, KIND_TOKEN, command->token_id)) {
        deciding_refuse(deciding, &TOKEN_EXISTS, "token_id", NULL);
        return;
    }
    if (uuid_parse(&principal, command->principal_id, NULL) != OK) {
        deciding_refuse(deciding, &TOKEN_PRINCIPAL_MALFORMED, "principal_id", NULL);
        return;
    }
    if (command->secret_hash.len != SECRET_HASH_BYTES) {
        deciding_refuse(deciding, &TOKEN_SECRET_MALFORMED, "secret_hash", NULL);
        return;
    }
    const struct refusal *refusal = grants_refusal(command->grants, command->n_grants);
    if (refusal) {
        deciding_refuse(deciding, refusal, "grants", NULL);
        return;
    }
    Access__TokenIssued *event =
        arena_new(deciding->arena, Access__TokenIssued, ACCESS__TOKEN_ISSUED__INIT);
    event->token_id = command->token_id;
    event->principal_id = command->principal_id;
    event->label = command->label;
    event->n_grants = command->n_grants;
    event->grants = command->grants;
    event->secret_hash = command->secret_hash;
    event->expires_at_us = command->expires_at_us;
    token_books(deciding);
    deciding_emit(deciding, KIND_TOKEN, command->token_id, &event->base);
}

void access_revoke_token_declare(struct declaring *declaring, const ProtobufCMessage *message)
{
    const Access__RevokeToken *command = (const Access__RevokeToken *)message;
    declare_key(declaring, command->token_id);
    declare_stream(declaring, KIND_TOKEN, command->token_id);
}

void access_revoke_token_decide(struct deciding *deciding, const ProtobufCMessage *message)
{
    const Access__RevokeToken *command = (const Access__RevokeToken *)message;
    const Access__TokenState *state = deciding_state(deciding, KIND_TOKEN, command->token_id);
    if (!state) {
        deciding_refuse(deciding, &TOKEN_NOT_FOUND, "token_id", NULL);
        return;
    }
    if (state->revoked) {
        deciding_refuse(deciding, &TOKEN_ALREADY_REVOKED, "token_id", NULL);
        return;
    }
    Access__TokenRevoked *event =
        arena_new(deciding->arena, Access__TokenRevoked, ACCESS__TOKEN_REVOKED__INIT);
    event->token_id = command->token_id;
    event->reason = command->reason;
    token_books(deciding);
    deciding_emit(deciding, KIND_TOKEN, command->token_id, &event->base);
}
