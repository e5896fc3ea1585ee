/* SPDX-License-Identifier: Apache-2.0
 * Access: who calls, and what they may (architecture.md, section 7). Tokens are opaque,
 * `bk_<environment>_<token id, 32 hex>_<secret, 64 hex>`, and stored as SHA-256 of the secret.
 * Every service keeps its copy in table access_token, from its own events (invoicing) or from the
 * feed, and so serves while Kafka is away. Expiry is by the real clock; a revoked token loses its
 * row and is refused within ACCESS_CACHE_MS. */
#pragma once
#include "common/eventlog/model.h"
#include "common/service/api.h"

enum {
    ACCESS_TOKEN_TEXT_MAX = 256,
    ACCESS_GRANTS_MAX = 64,
    ACCESS_CACHE_MS = 500,
    ACCESS_SECRET_BYTES = 32,
};

/* Every service lists the table in its model and calls the projection from its project_event: it
 * takes what it knows (TokenIssued, TokenRevoked) and leaves every other event alone. */
extern const struct table access_token_table;
void access_project_event(struct projecting *projecting, const struct record *record,
                          const ProtobufCMessage *event);

struct access_grant {
    uint32_t role; /* Access__Role */
    bool all_entities;
    struct uuid entity; /* unless all_entities */
};

struct access_identity {
    struct uuid principal_id, token_id;
    struct access_grant grants[ACCESS_GRANTS_MAX];
    size_t n_grants;
};

struct access; /* the cache of a process; safe from any thread */

struct access_options {
    const char
        *bootstrap_token; /* NULL: none. Its holder may do everything: it sets an installation up */
    const char *environment; /* "live" or "test": part of the token's text */
};
MUST_USE enum error access_new(struct access **access, const struct access_options *options,
                               struct problem *problem);
void access_free(struct access *access);
const char *access_environment(const struct access *access);

/* Who holds the token. ERR_NOT_FOUND: unknown, revoked, expired or not a token of this environment:
 * answer 401 and never say which. Errors of the database: answer 503. */
MUST_USE enum error access_identify(struct access *access, struct database *database,
                                    const char *token, int64_t wall_now_us,
                                    struct access_identity *identity, struct problem *problem);
/* The caller's roles, and the legal entities for which one of `roles` was granted. False: none of
 * them is. The texts are in the arena. */
bool access_caller(const struct access_identity *identity, uint32_t roles, struct arena *arena,
                   struct api_caller *caller);

/* The principal of the bootstrap token. */
struct uuid access_bootstrap_principal(void);

/* A new secret's text and hash, for a token that is about to be issued. */
struct access_secret {
    char text[2 * ACCESS_SECRET_BYTES + 1];
    uint8_t hash[32];
};
void access_secret_make(struct access_secret *secret);
void access_token_write(char out[ACCESS_TOKEN_TEXT_MAX], const char *environment,
                        struct uuid token_id, const char *secret);
/* ERR_MALFORMED if it has not the form; the hash is of its secret. */
MUST_USE enum error access_token_parse(const char *text, const char *environment,
                                       struct uuid *token_id, uint8_t hash[32]);

/* POST and GET /v1/tokens, GET and DELETE /v1/tokens/{token_id}. The edge serves them where the
 * model has KIND_TOKEN, so for invoicing alone; nobody lists them. */
enum { ACCESS_ROUTES = 4 };
extern const struct route access_routes[ACCESS_ROUTES];
