/* SPDX-License-Identifier: Apache-2.0
 * Status: whether the services answer, how far each has heard the others, and what of its own is
 * not published yet. */
#include <stdio.h>
#include <string.h>

#include "deploy/billctl/command.h"
#include "deploy/billctl/http_client.h"

/* The parts of /readyz that are not well, in words. */
static void parts_print(const json_t *json)
{
    const char *name;
    json_t *part;
    json_object_foreach((json_t *)(uintptr_t)json_object_get(json, "parts"), name, part)
    {
        const char *state = json_text(part, "state");
        if (strcmp(state, "up") != 0)
            printf("    %s %s %s\n", name, state, json_text(part, "detail"));
    }
}

static enum error feeds_print(struct tool *tool, const struct known_service *service,
                              struct problem *problem)
{
    HTTP_ANSWER_AUTO struct http_answer_read answer = {0};
    struct http_request request = {.service = service, .method = "GET", .path = "/v1/feeds"};
    enum error error = http_ask_good(tool, &request, &answer, problem);
    if (error != OK)
        return error;
    int64_t events = 0, unpublished = 0;
    size_t index, other;
    json_t *row, *heard;
    json_array_foreach(json_object_get(answer.json, "own"), index, row)
    {
        events += json_number(row, "position");
        unpublished += json_number(row, "unpublished");
    }
    char text[32];
    printf("    own events %s, unpublished %lld; handovers %lld, waiting %lld, parked %lld\n",
           count_text(text, events), (long long)unpublished,
           (long long)json_number(answer.json, "handoversUnderWay"),
           (long long)json_number(answer.json, "waiting"),
           (long long)json_number(answer.json, "parked"));
    json_array_foreach(json_object_get(answer.json, "topics"), index, row)
    {
        int64_t worst_ms = 0;
        bool silent = false;
        json_array_foreach(json_object_get(answer.json, "heard"), other, heard)
        {
            if (strcmp(json_text(heard, "topic"), json_text(row, "topic")) != 0)
                continue;
            silent = silent || !*json_text(heard, "completeUntil");
            worst_ms =
                json_number(heard, "lagMs") > worst_ms ? json_number(heard, "lagMs") : worst_ms;
        }
        printf("    hears %-30s events %-12s known to %s", json_text(row, "topic"),
               count_text(text, json_number(row, "events")),
               silent ? "nothing yet on some partition\n" : json_text(row, "provisionalAfter"));
        if (!silent)
            printf(" (%.1f s ago)\n", (double)worst_ms / 1000);
    }
    return OK;
}

/* Answers whether the service is ready; *reached false: nobody answers. */
static bool ready_print(struct tool *tool, const struct known_service *service, bool *reached)
{
    struct problem problem = {0};
    HTTP_ANSWER_AUTO struct http_answer_read answer = {0};
    struct http_request request = {
        .service = service, .method = "GET", .path = "/readyz", .token = "", .timeout_s = 5};
    *reached = http_ask(tool, &request, &answer, &problem) == OK;
    bool ready = *reached && answer.status == 200;
    printf("%-15s %s\n", service->name,
           ready      ? "ready"
           : *reached ? "NOT READY"
                      : "DOES NOT ANSWER");
    if (!*reached)
        printf("    %s\n", problem.detail);
    else if (!ready)
        parts_print(answer.json);
    return ready;
}

int status_command(struct tool *tool, struct arguments *arguments)
{
    struct problem problem = {0};
    int status = STATUS_OK;
    if (arguments_end(arguments, &problem) != OK)
        return tool_fail("status", &problem);
    for (size_t i = 0; i < SERVICES; i++) {
        bool reached, ready = ready_print(tool, &known_services[i], &reached);
        if (!ready)
            status = STATUS_UNREACHABLE;
        if (reached && feeds_print(tool, &known_services[i], &problem) != OK) {
            printf("    %s\n", problem.detail);
            status = STATUS_UNREACHABLE;
        }
    }
    return status;
}

int openapi_command(struct tool *tool, struct arguments *arguments)
{
    struct problem problem = {0};
    HTTP_ANSWER_AUTO struct http_answer_read answer = {0};
    struct http_request request = {.method = "GET", .path = "/openapi.json", .token = ""};
    enum error error = known_service_find(arguments_next(arguments), &request.service, &problem);
    if (error == OK)
        error = arguments_end(arguments, &problem);
    if (error == OK)
        error = http_ask_good(tool, &request, &answer, &problem);
    if (error != OK)
        return tool_fail("openapi", &problem);
    fwrite(answer.text, 1, answer.size, stdout);
    putchar('\n');
    return STATUS_OK;
}
