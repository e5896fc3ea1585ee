/* SPDX-License-Identifier: Apache-2.0
 * Park: messages that a service put aside. Redriving goes in the order of arrival; throwing away
 * takes two people. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/identity/uuid.h"
#include "deploy/billctl/command.h"
#include "deploy/billctl/http_client.h"

static enum error list_one(struct tool *tool, const struct known_service *service, const char *key,
                           int64_t *count, struct problem *problem)
{
    char next[600] = "";
    for (;;) {
        HTTP_ANSWER_AUTO struct http_answer_read answer = {0};
        char path[800];
        snprintf(path, sizeof path, "/v1/parked?page_size=200%s%s%s%s", key ? "&key=" : "",
                 key ? key : "", *next ? "&page_token=" : "", next);
        struct http_request request = {.service = service, .method = "GET", .path = path};
        enum error error = http_ask_good(tool, &request, &answer, problem);
        if (error != OK)
            return error;
        size_t index;
        json_t *row;
        json_array_foreach(json_object_get(answer.json, "rows"), index, row)
        {
            ++*count;
            printf("%-15s %s  %.19s  key %s  %s%s\n    %s %s/%lld/%lld %s%s%s\n", service->name,
                   json_text(row, "parkedId"), json_text(row, "parkedAt"), json_text(row, "key"),
                   json_text(row, "code"),
                   json_is_true(json_object_get(row, "follower")) ? " (behind another)" : "",
                   json_text(row, "type"), json_text(row, "topic"),
                   (long long)json_number(row, "partition"),
                   (long long)json_number(row, "position"), json_text(row, "detail"),
                   *json_text(row, "discardRequestedBy") ? "  DISCARD ASKED BY " : "",
                   json_text(row, "discardRequestedBy"));
        }
        snprintf(next, sizeof next, "%s", json_text(answer.json, "nextPageToken"));
        if (!*next)
            return OK;
    }
}

int park_list_command(struct tool *tool, struct arguments *arguments)
{
    struct problem problem = {0};
    const char *name = NULL, *key = NULL;
    const struct known_service *only = NULL;
    struct uuid id;
    int64_t count = 0;
    enum error error = arguments_option(arguments, "--service", &name, &problem);
    if (error == OK)
        error = arguments_option(arguments, "--key", &key, &problem);
    if (error == OK && key && uuid_parse(&id, key, NULL) != OK)
        error = problem_set(&problem, ERR_CONFIG, "--key", "", "a key is a UUID");
    if (error == OK)
        error = arguments_end(arguments, &problem);
    if (error == OK && name)
        error = known_service_find(name, &only, &problem);
    for (size_t i = 0; i < SERVICES && error == OK; i++)
        if (!only || only == &known_services[i])
            error = list_one(tool, &known_services[i], key, &count, &problem);
    if (error != OK)
        return tool_fail("park", &problem);
    printf("%lld messages are put aside\n", (long long)count);
    return STATUS_OK;
}

/* SERVICE ID, and the path of the act on it. */
static enum error parked_named(struct arguments *arguments, const char *act,
                               const struct known_service **service, char path[120],
                               struct problem *problem)
{
    struct uuid id;
    enum error error = known_service_find(arguments_next(arguments), service, problem);
    const char *text = arguments_next(arguments);
    if (error == OK && (!text || uuid_parse(&id, text, NULL) != OK))
        error = problem_set(problem, ERR_CONFIG, "ID", "",
                            "the id of the parked message, a UUID, is needed");
    if (error == OK)
        error = arguments_end(arguments, problem);
    if (error == OK)
        snprintf(path, 120, "/v1/parked/%s%s", text, act);
    return error;
}

int park_show_command(struct tool *tool, struct arguments *arguments)
{
    struct problem problem = {0};
    HTTP_ANSWER_AUTO struct http_answer_read answer = {0};
    struct http_request request = {.method = "GET"};
    char path[120];
    enum error error = parked_named(arguments, "", &request.service, path, &problem);
    request.path = path;
    if (error == OK)
        error = http_ask_good(tool, &request, &answer, &problem);
    if (error != OK)
        return tool_fail("park", &problem);
    json_dumpf(answer.json, stdout, JSON_INDENT(2));
    putchar('\n');
    return STATUS_OK;
}

static int outcomes_print(const json_t *json)
{
    size_t index;
    json_t *outcome;
    const char *state = json_text(json, "state");
    json_array_foreach(json_object_get(json, "outcomes"), index, outcome)
        printf("%s  %-9s %s %s\n", json_text(outcome, "parkedId"), json_text(outcome, "outcome"),
               json_text(outcome, "code"), json_text(outcome, "detail"));
    printf("%s%s%s, %lld still held under the key\n", state,
           *json_text(json, "discardRequestedBy") ? " by " : "",
           json_text(json, "discardRequestedBy"), (long long)json_number(json, "remaining"));
    return strcmp(state, "STOPPED") ? STATUS_OK : STATUS_BROKEN;
}

static int act(struct tool *tool, struct arguments *arguments, const char *name, const json_t *body)
{
    struct problem problem = {0};
    HTTP_ANSWER_AUTO struct http_answer_read answer = {0};
    char path[120], key[KEY_SIZE];
    struct http_request request = {
        .method = "POST", .path = path, .json = body, .key = http_key(key, NULL), .timeout_s = 60};
    enum error error = parked_named(arguments, name, &request.service, path, &problem);
    if (error == OK)
        error = http_ask_good(tool, &request, &answer, &problem);
    return error == OK ? outcomes_print(answer.json) : tool_fail("park", &problem);
}

int park_redrive_command(struct tool *tool, struct arguments *arguments)
{
    return act(tool, arguments, "/redrive", NULL);
}

int park_discard_command(struct tool *tool, struct arguments *arguments)
{
    struct problem problem = {0};
    const char *reason = NULL;
    if (arguments_option(arguments, "--reason", &reason, &problem) != OK)
        return tool_fail("park", &problem);
    json_t *body = reason ? json_pack("{s:s}", "reason", reason) : json_object();
    int status = act(tool, arguments, "/discard", body);
    json_decref(body);
    return status;
}
