/* SPDX-License-Identifier: Apache-2.0
 * The routes of tokens. The secret is made here, at the edge: the command carries its hash, the
 * answer shows it once, and neither log nor receipt ever holds it. */
#include <sodium.h>

#include "common/base/time.h"
#include "common/service/access.h"
#include "common/service/access_domain.h"
#include "common/service/edge_inside.h"
#include "common/service/listing.h"

static enum error refuse(struct api_call *call, const char *field, const char *detail)
{
    call->status = 422;
    call->code = "token_content";
    return problem_set(&call->problem, ERR_UNSUPPORTED, field, "SOD-1", "%s", detail);
}

static enum error issue_prepare(struct api_call *call, ProtobufCMessage *message)
{
    Access__IssueToken *command = (Access__IssueToken *)message;
    struct edge_call *edge = edge_call(call);
    struct access_secret secret;
    struct uuid token_id;
    char text[ACCESS_TOKEN_TEXT_MAX];
    if (command->secret_hash.len)
        return refuse(call, "secret_hash", "leave it out: the secret is made for you");
    if (command->expires_at_us < 0 || command->expires_at_us > INSTANT_MAX_US ||
        (command->expires_at_us && command->expires_at_us <= wall_us()))
        return refuse(call, "expires_at_us", "must lie ahead, or be 0 for a token without an end");
    enum error error = uuid_parse(&token_id, command->token_id, &call->problem);
    if (error)
        return error;
    access_secret_make(&secret);
    access_token_write(text, access_environment(edge->edge->access), token_id, secret.text);
    command->secret_hash.data = arena_copy(call->arena, secret.hash, sizeof secret.hash);
    command->secret_hash.len = sizeof secret.hash;
    edge->extra_first = arena_text(call->arena, "\"token\":\"%s\"", text);
    edge->extra_again =
        "\"token\":null,\"tokenNotice\":\"the secret was shown once, with the first "
        "answer; if it is lost, revoke this token and issue another\"";
    sodium_memzero(&secret, sizeof secret);
    sodium_memzero(text, sizeof text);
    return command->secret_hash.data && edge->extra_first ? OK : ERR_TOO_LARGE;
}

static bool may_be_revoked(const ProtobufCMessage *state)
{
    return !((const Access__TokenState *)state)->revoked;
}

static const struct api_act token_acts[] = {{"revoke", API_ROLE(OPERATOR), may_be_revoked}, {0}};

static const struct listing_column token_columns[] = {
    {.json_name = "token_id", .expression = "t.token_id", .type = COLUMN_UUID},
    {.json_name = "principal_id", .expression = "t.principal_id", .type = COLUMN_UUID},
    {.json_name = "label", .expression = "t.label", .type = COLUMN_TEXT},
    {.json_name = "issued_at", .expression = "t.issued_at", .type = COLUMN_TIME},
    {.json_name = "expires_at", .expression = "t.expires_at", .type = COLUMN_TIME},
};
static const struct listing_filter token_filters[] = {
    {"principal_id", "t.principal_id = $", COLUMN_UUID}};
static const struct listing token_listing = {
    .name = "tokens",
    .source = "access_token t",
    .columns = token_columns,
    .n_columns = sizeof token_columns / sizeof *token_columns,
    .filters = token_filters,
    .n_filters = sizeof token_filters / sizeof *token_filters,
    .sort = {"-issued_at", "token_id"},
};

static const struct api_action issue = {
    .kind = API_COMMAND, .id_field = "token_id", .prepare = issue_prepare};
static const struct api_action revoke = {
    .kind = API_COMMAND, .stream_kind = KIND_TOKEN, .id_parameter = "token_id"};
static const struct api_action show = {
    .kind = API_STATE, .stream_kind = KIND_TOKEN, .id_parameter = "token_id", .acts = token_acts};
static const struct api_action list = {.kind = API_LIST, .listing = &token_listing};

static const struct route_parameter token_parameters[] = {
    {"token_id", PARAMETER_UUID, .text = "The token; its secret is never shown again."}, {0}};
static const struct route_parameter list_parameters[] = {
    {"principal_id", PARAMETER_UUID, .text = "Only tokens of this person or service."}, {0}};

#define LOOKS (API_ROLE(OPERATOR) | API_ROLE(AUDITOR) | API_ROLE(CONTROLLER))
#define ACTION(name) (void *)&name

const struct route access_routes[ACCESS_ROUTES] = {
    {HTTP_POST, "/v1/tokens", "Issues a token; its secret is in this answer only", "access",
     API_ROLE(OPERATOR), &access__issue_token__descriptor, &access__token_state__descriptor,
     ROUTE_IDEMPOTENCY_KEY | ROUTE_CREATES, .action = ACTION(issue)},
    {HTTP_GET, "/v1/tokens", "Tokens in force", "access", LOOKS, NULL, NULL, ROUTE_LIST,
     .parameters = list_parameters, .produces = "application/json, text/csv",
     .action = ACTION(list)},
    {HTTP_GET, "/v1/tokens/{token_id}", "One token", "access", LOOKS, NULL,
     &access__token_state__descriptor, ROUTE_ETAG, .parameters = token_parameters,
     .action = ACTION(show)},
    {HTTP_DELETE, "/v1/tokens/{token_id}", "Revokes a token, for good", "access",
     API_ROLE(OPERATOR), &access__revoke_token__descriptor, &access__token_state__descriptor, 0,
     .parameters = token_parameters, .action = ACTION(revoke)},
};
