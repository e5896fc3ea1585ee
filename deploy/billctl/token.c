/* SPDX-License-Identifier: Apache-2.0
 * Token: who may call. Invoicing owns them; the others hear of them, so a revocation is over only
 * when all five refuse. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/base/time.h"
#include "common/identity/uuid.h"
#include "deploy/billctl/command.h"
#include "deploy/billctl/http_client.h"

enum { REVOKE_PATIENCE_S = 60 };

/* "viewer@ENTITY" as a grant. */
static enum error grant_add(json_t *grants, const char *text, struct problem *problem)
{
    char role[64] = "ROLE_";
    const char *at = strchr(text, '@');
    size_t length = at ? (size_t)(at - text) : strlen(text);
    struct uuid entity;
    if (!length || length > sizeof role - 6)
        return problem_set(problem, ERR_CONFIG, "--role", "", "'%.40s' is no role", text);
    for (size_t i = 0; i < length; i++)
        role[5 + i] = (char)toupper((unsigned char)text[i]);
    role[5 + length] = '\0';
    if (at && uuid_parse(&entity, at + 1, NULL) != OK)
        return problem_set(problem, ERR_CONFIG, "--role", "",
                           "behind @ stands the UUID of a legal entity");
    json_array_append_new(grants, at ? json_pack("{s:s, s:s}", "role", role, "entityId", at + 1)
                                     : json_pack("{s:s}", "role", role));
    return OK;
}

static enum error issue_read(struct arguments *arguments, json_t *body, const char **key,
                             struct problem *problem)
{
    const char *principal, *label, *expires, *role;
    struct uuid id;
    json_t *grants = json_array();
    json_object_set_new(body, "grants", grants);
    enum error error = arguments_option(arguments, "--principal", &principal, problem);
    if (error == OK)
        error = arguments_option(arguments, "--label", &label, problem);
    if (error == OK)
        error = arguments_option(arguments, "--expires", &expires, problem);
    if (error == OK)
        error = arguments_option(arguments, "--key", key, problem);
    while (error == OK && (error = arguments_option(arguments, "--role", &role, problem)) == OK &&
           role)
        error = grant_add(grants, role, problem);
    if (error == OK)
        error = arguments_end(arguments, problem);
    if (error != OK)
        return error;
    if (!principal || uuid_parse(&id, principal, NULL) != OK)
        return problem_set(problem, ERR_CONFIG, "--principal", "",
                           "the UUID of the person or service is needed");
    if (!label || !json_array_size(grants))
        return problem_set(problem, ERR_CONFIG, label ? "--role" : "--label", "", "is needed");
    json_object_set_new(body, "principalId", json_string(principal));
    json_object_set_new(body, "label", json_string(label));
    if (expires) {
        int64_t at_us;
        if (instant_parse(&at_us, expires, NULL) != OK)
            return problem_set(problem, ERR_CONFIG, "--expires", "",
                               "a time as 2027-01-31T00:00:00Z");
        char number[24];
        snprintf(number, sizeof number, "%lld", (long long)at_us);
        json_object_set_new(body, "expiresAtUs", json_string(number));
    }
    return OK;
}

int token_issue_command(struct tool *tool, struct arguments *arguments)
{
    struct problem problem = {0};
    HTTP_ANSWER_AUTO struct http_answer_read answer = {0};
    char key[KEY_SIZE];
    const char *given = NULL;
    json_t *body = json_object();
    enum error error = issue_read(arguments, body, &given, &problem);
    struct http_request request = {.service = known_service_named("invoicing"),
                                   .method = "POST",
                                   .path = "/v1/tokens",
                                   .json = body,
                                   .key = given ? given : http_key(key, NULL)};
    if (error == OK)
        error = http_ask_good(tool, &request, &answer, &problem);
    json_decref(body);
    if (error != OK)
        return tool_fail("token", &problem);
    const char *token = json_text(answer.json, "token");
    printf("token_id %s\n", json_text(answer.json, "tokenId"));
    if (*token)
        printf("token    %s\n", token);
    else
        printf("notice   %s\n", json_text(answer.json, "tokenNotice"));
    return STATUS_OK;
}

int token_list_command(struct tool *tool, struct arguments *arguments)
{
    struct problem problem = {0};
    const char *principal;
    struct uuid id;
    enum error error = arguments_option(arguments, "--principal", &principal, &problem);
    if (error == OK && principal && uuid_parse(&id, principal, NULL) != OK)
        error = problem_set(&problem, ERR_CONFIG, "--principal", "", "a UUID is needed");
    if (error == OK)
        error = arguments_end(arguments, &problem);
    char next[600] = "";
    while (error == OK) {
        HTTP_ANSWER_AUTO struct http_answer_read answer = {0};
        char path[800];
        snprintf(path, sizeof path, "/v1/tokens?page_size=200%s%s%s%s",
                 principal ? "&principal_id=" : "", principal ? principal : "",
                 *next ? "&page_token=" : "", next);
        struct http_request request = {
            .service = known_service_named("invoicing"), .method = "GET", .path = path};
        error = http_ask_good(tool, &request, &answer, &problem);
        if (error != OK)
            break;
        size_t index;
        json_t *row;
        json_array_foreach(json_object_get(answer.json, "rows"), index, row) printf(
            "%s  principal %s  issued %.19s  %s%s%.19s\n", json_text(row, "tokenId"),
            json_text(row, "principalId"), json_text(row, "issuedAt"), json_text(row, "label"),
            *json_text(row, "expiresAt") ? "  expires " : "", json_text(row, "expiresAt"));
        snprintf(next, sizeof next, "%s", json_text(answer.json, "nextPageToken"));
        if (!*next)
            return STATUS_OK;
    }
    return tool_fail("token", &problem);
}

/* The service refuses the token itself. */
static enum error refuses(struct tool *tool, const struct known_service *service, const char *token,
                          bool *done, struct problem *problem)
{
    HTTP_ANSWER_AUTO struct http_answer_read answer = {0};
    struct http_request request = {
        .service = service, .method = "GET", .path = "/v1/clock", .token = token};
    enum error error = http_ask(tool, &request, &answer, problem);
    *done = answer.status == 401;
    return error;
}

/* The service has applied the event: position of invoicing's shard in its /v1/feeds. */
static enum error heard(struct tool *tool, const struct known_service *service, int32_t shard,
                        int64_t position, bool *done, struct problem *problem)
{
    HTTP_ANSWER_AUTO struct http_answer_read answer = {0};
    struct http_request request = {.service = service, .method = "GET", .path = "/v1/feeds"};
    enum error error = http_ask_good(tool, &request, &answer, problem);
    size_t index;
    json_t *row;
    *done = !strcmp(service->name, "invoicing");
    json_array_foreach(
        json_object_get(answer.json, "heard"), index,
        row) if (!strcmp(json_text(row, "topic"), known_service_named("invoicing")->topic) &&
                 json_number(row, "partition") == shard &&
                 json_number(row, "position") >= position) *done = true;
    return error;
}

static enum error wait_for_all(struct tool *tool, const char *token, const char *place,
                               struct problem *problem)
{
    int shard = 0;
    long long position = 0;
    time_t until = time(NULL) + REVOKE_PATIENCE_S;
    bool known = sscanf(place, "invoicing/%d/%lld", &shard, &position) == 2;
    if (!token && !known)
        return problem_set(problem, ERR_UNSUPPORTED, "", "",
                           "the service told no position; ask with --token TOKEN");
    for (size_t i = 0; i < SERVICES; i++) {
        bool done = false;
        for (;;) {
            enum error error =
                token ? refuses(tool, &known_services[i], token, &done, problem)
                      : heard(tool, &known_services[i], shard, position, &done, problem);
            if (error != OK)
                return error;
            if (done)
                break;
            if (time(NULL) > until)
                return problem_set(problem, ERR_TIMEOUT, "", "",
                                   "%s still accepts it after %d seconds", known_services[i].name,
                                   REVOKE_PATIENCE_S);
            usleep(100000);
        }
        printf("%-15s refuses it\n", known_services[i].name);
    }
    return OK;
}

int token_revoke_command(struct tool *tool, struct arguments *arguments)
{
    struct problem problem = {0};
    HTTP_ANSWER_AUTO struct http_answer_read answer = {0};
    const char *reason = NULL, *token = NULL;
    char path[80];
    struct uuid id;
    enum error error = arguments_option(arguments, "--reason", &reason, &problem);
    if (error == OK)
        error = arguments_option(arguments, "--token", &token, &problem);
    const char *text = arguments_next(arguments);
    if (error == OK && (!text || uuid_parse(&id, text, NULL) != OK))
        error = problem_set(&problem, ERR_CONFIG, "ID", "", "the token's id, a UUID, is needed");
    if (error == OK)
        error = arguments_end(arguments, &problem);
    if (error != OK)
        return tool_fail("token", &problem);
    snprintf(path, sizeof path, "/v1/tokens/%s", text);
    char key[KEY_SIZE];
    json_t *body = json_pack("{s:s}", "reason", reason ? reason : "revoked with billctl");
    struct http_request request = {.service = known_service_named("invoicing"),
                                   .method = "DELETE",
                                   .path = path,
                                   .json = body,
                                   .key = http_key(key, NULL)};
    error = http_ask_good(tool, &request, &answer, &problem);
    json_decref(body);
    if (error == OK)
        error = wait_for_all(tool, token, answer.position, &problem);
    return error == OK ? STATUS_OK : tool_fail("token", &problem);
}
