/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/billctl/tool.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/base/config.h"
#include "common/base/text.h"

enum error tool_setting(struct tool *tool, const char *name, const char **text,
                        struct problem *problem)
{
    struct target {
        const char *value;
    } target = {NULL};
    const struct setting setting = {.name = name, .kind = SETTING_SECRET, .text = "", .offset = 0};
    const struct setting_group group = {"billctl", &setting, 1, &target};
    static struct config_report report; /* large, and read at once */
    enum error error = config_read(&group, 1, environ, &tool->arena, &report);
    if (error != OK) {
        if (problem && report.problem_count)
            *problem = report.problems[0];
        return error;
    }
    *text = target.value;
    return OK;
}

enum error tool_setting_required(struct tool *tool, const char *name, const char **text,
                                 struct problem *problem)
{
    enum error error = tool_setting(tool, name, text, problem);
    if (error == OK && (!*text || !**text))
        return problem_set(problem, ERR_CONFIG, name, "", "set %s or %s_FILE", name, name);
    return error;
}

enum error tool_shards(struct tool *tool, int32_t *shards, struct problem *problem)
{
    const char *text;
    int64_t number = 12;
    enum error error = tool_setting(tool, "BILLING_SHARDS", &text, problem);
    if (error == OK && text)
        error = text_parse_int64(&number, text, 1, 64, problem);
    *shards = (int32_t)number;
    return error;
}

int tool_fail(const char *what, const struct problem *problem)
{
    bool named = *problem->field != '\0';
    fprintf(stderr, "billctl: %s%s%s: %s%s%s%s\n", what, named ? ": " : "", problem->field,
            *problem->detail ? problem->detail : error_text(problem->error),
            *problem->rule ? " [" : "", problem->rule, *problem->rule ? "]" : "");
    if (problem->error == ERR_CONFIG)
        return STATUS_USAGE;
    return error_class(problem->error) == CLASS_RETRY ? STATUS_UNREACHABLE : STATUS_BROKEN;
}

static void take_out(struct arguments *arguments, int at, int count)
{
    memmove(&arguments->items[at], &arguments->items[at + count],
            (size_t)(arguments->count - at - count) * sizeof *arguments->items);
    arguments->count -= count;
}

bool arguments_flag(struct arguments *arguments, const char *name)
{
    for (int i = 0; i < arguments->count; i++)
        if (!strcmp(arguments->items[i], name)) {
            take_out(arguments, i, 1);
            return true;
        }
    return false;
}

enum error arguments_option(struct arguments *arguments, const char *name, const char **value,
                            struct problem *problem)
{
    size_t length = strlen(name);
    *value = NULL;
    for (int i = 0; i < arguments->count; i++) {
        const char *item = arguments->items[i];
        if (!strncmp(item, name, length) && item[length] == '=') {
            *value = item + length + 1;
            take_out(arguments, i, 1);
            return OK;
        }
        if (strcmp(item, name))
            continue;
        if (i + 1 >= arguments->count)
            return problem_set(problem, ERR_CONFIG, name, "", "a value must follow");
        *value = arguments->items[i + 1];
        take_out(arguments, i, 2);
        return OK;
    }
    return OK;
}

enum error arguments_number(struct arguments *arguments, const char *name, int64_t min, int64_t max,
                            int64_t *value, struct problem *problem)
{
    const char *text;
    enum error error = arguments_option(arguments, name, &text, problem);
    if (error != OK || !text)
        return error;
    if (text_parse_int64(value, text, min, max, NULL) != OK)
        return problem_set(problem, ERR_CONFIG, name, "", "'%.40s' is no number from %lld to %lld",
                           text, (long long)min, (long long)max);
    return OK;
}

const char *arguments_next(struct arguments *arguments)
{
    if (!arguments->count)
        return NULL;
    const char *item = arguments->items[0];
    take_out(arguments, 0, 1);
    return item;
}

enum error arguments_end(const struct arguments *arguments, struct problem *problem)
{
    return arguments->count
               ? problem_set(problem, ERR_CONFIG, arguments->items[0], "", "is not understood here")
               : OK;
}

const char *count_text(char text[32], int64_t count)
{
    char plain[24];
    int length = snprintf(plain, sizeof plain, "%lld", (long long)count);
    size_t out = 0;
    for (int i = 0; i < length; i++) {
        text[out++] = plain[i];
        int left = length - i - 1;
        if (left && left % 3 == 0 && plain[i] != '-')
            text[out++] = ',';
    }
    text[out] = '\0';
    return text;
}
