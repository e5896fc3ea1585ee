/* SPDX-License-Identifier: Apache-2.0
 * Clock: all five services must agree on the business time of a test installation, so a time counts
 * as set only when each has confirmed it. A setting that broke off half-way is finished by asking
 * again. */
#include <stdio.h>
#include <string.h>

#include "common/base/time.h"
#include "deploy/billctl/command.h"
#include "deploy/billctl/http_client.h"

struct clock {
    int64_t now_us, offset_us;
    bool may_be_set;
};

static enum error clock_read(const json_t *json, const struct known_service *service,
                             struct clock *clock, struct problem *problem)
{
    clock->offset_us = json_number(json, "offsetUs");
    clock->may_be_set = json_is_true(json_object_get(json, "mayBeSet"));
    if (instant_parse(&clock->now_us, json_text(json, "now"), NULL) != OK)
        return problem_set(problem, ERR_MALFORMED, "now", "", "%s gave no readable time",
                           service->name);
    return OK;
}

static enum error clock_ask(struct tool *tool, const struct known_service *service,
                            const char *set_to, struct clock *clock, struct problem *problem)
{
    HTTP_ANSWER_AUTO struct http_answer_read answer = {0};
    json_t *body = set_to ? json_pack("{s:s}", "now", set_to) : NULL;
    struct http_request request = {
        .service = service, .method = set_to ? "POST" : "GET", .path = "/v1/clock", .json = body};
    enum error error = http_ask_good(tool, &request, &answer, problem);
    json_decref(body);
    return error == OK ? clock_read(answer.json, service, clock, problem) : error;
}

static void clock_print(const struct known_service *service, const struct clock *clock)
{
    char now[INSTANT_TEXT_SIZE];
    instant_format(now, clock->now_us);
    printf("%-15s %s  %+.1f days%s\n", service->name, now,
           (double)clock->offset_us / (double)DAY_US,
           clock->may_be_set ? "" : "  (real, cannot be set)");
}

int clock_show_command(struct tool *tool, struct arguments *arguments)
{
    struct problem problem = {0};
    enum error error = arguments_end(arguments, &problem);
    for (size_t i = 0; i < SERVICES && error == OK; i++) {
        struct clock clock;
        error = clock_ask(tool, &known_services[i], NULL, &clock, &problem);
        if (error == OK)
            clock_print(&known_services[i], &clock);
    }
    return error == OK ? STATUS_OK : tool_fail("clock", &problem);
}

/* A date means its first moment in UTC. */
static enum error target_read(struct arguments *arguments, int64_t *target_us,
                              struct problem *problem)
{
    const char *text = arguments_next(arguments);
    char whole[40];
    if (!text)
        return problem_set(problem, ERR_CONFIG, "TIME", "", "give the time, RFC 3339, or a date");
    snprintf(whole, sizeof whole, "%s%s", text, strlen(text) == 10 ? "T00:00:00Z" : "");
    if (instant_parse(target_us, whole, NULL) != OK)
        return problem_set(problem, ERR_CONFIG, "TIME", "",
                           "'%.40s' is neither RFC 3339 nor a date", text);
    return arguments_end(arguments, problem);
}

static enum error look_at_all(struct tool *tool, int64_t target_us, struct clock clocks[SERVICES],
                              struct problem *problem)
{
    bool any_behind = false;
    for (size_t i = 0; i < SERVICES; i++) {
        enum error error = clock_ask(tool, &known_services[i], NULL, &clocks[i], problem);
        if (error != OK)
            return error;
        if (!clocks[i].may_be_set)
            return problem_set(problem, ERR_UNSUPPORTED, "", "",
                               "%s is no test installation; its clock is real",
                               known_services[i].name);
        any_behind = any_behind || clocks[i].now_us < target_us;
    }
    return any_behind
               ? OK
               : problem_set(problem, ERR_UNSUPPORTED, "TIME", "", "the clock is set forward only");
}

int clock_set_command(struct tool *tool, struct arguments *arguments)
{
    struct problem problem = {0};
    struct clock clocks[SERVICES];
    int64_t target_us = 0;
    char target[INSTANT_TEXT_SIZE];
    enum error error = target_read(arguments, &target_us, &problem);
    if (error == OK)
        error = look_at_all(tool, target_us, clocks, &problem);
    if (error != OK)
        return tool_fail("clock", &problem);
    instant_format(target, target_us);
    for (size_t i = 0; i < SERVICES && error == OK; i++) {
        if (clocks[i].now_us >= target_us) /* by an earlier attempt that broke off */
            continue;
        error = clock_ask(tool, &known_services[i], target, &clocks[i], &problem);
        if (error == OK && clocks[i].now_us < target_us)
            error = problem_set(&problem, ERR_INTERNAL, "", "", "%s confirmed an earlier time",
                                known_services[i].name);
    }
    if (error != OK) {
        int status = tool_fail("clock", &problem);
        fprintf(stderr,
                "billctl: not all services have the new time; run the same command again\n");
        return status;
    }
    for (size_t i = 0; i < SERVICES; i++)
        clock_print(&known_services[i], &clocks[i]);
    return STATUS_OK;
}
