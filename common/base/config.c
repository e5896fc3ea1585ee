/* SPDX-License-Identifier: Apache-2.0 */
#include "common/base/config.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "common/base/text.h"

static const char prefix[] = "BILLING_";

static void report_add(struct config_report *report, const char *name, const char *rule,
                       const char *detail)
{
    if (report->problem_count < CONFIG_PROBLEMS_MAX)
        problem_set(&report->problems[report->problem_count], ERR_CONFIG, name, rule, "%s", detail);
    report->problem_count++;
}

/* The value of NAME<suffix>, NULL if it is absent or empty. */
static const char *environment_find(char *const *environment, const char *name, const char *suffix)
{
    size_t name_length = strlen(name), suffix_length = strlen(suffix);
    for (; *environment; environment++) {
        const char *at = *environment;
        if (strncmp(at, name, name_length) == 0 &&
            strncmp(at + name_length, suffix, suffix_length) == 0 &&
            at[name_length + suffix_length] == '=') {
            const char *value = at + name_length + suffix_length + 1;
            return *value ? value : NULL;
        }
    }
    return NULL;
}

static void file_close(FILE **file)
{
    if (*file)
        fclose(*file);
}

/* The file's text without one trailing newline; NULL with a problem in the report. */
static const char *file_read(const char *name, const char *path, struct arena *arena,
                             struct config_report *report)
{
    char detail[256];
    __attribute__((cleanup(file_close))) FILE *file = fopen(path, "rbe");
    if (!file) {
        snprintf(detail, sizeof detail,
                 "%s_FILE names a file that cannot be read (%s): fix its path or rights", name,
                 strerror(errno));
        report_add(report, name, "file", detail);
        return NULL;
    }
    struct arena_mark mark = arena_mark(arena);
    char *text = arena_get(arena, CONFIG_FILE_SIZE_MAX + 2);
    assert(text); /* the caller's arena is made for the settings */
    size_t size = fread(text, 1, CONFIG_FILE_SIZE_MAX + 1, file);
    if (ferror(file) || size > CONFIG_FILE_SIZE_MAX || memchr(text, 0, size)) {
        snprintf(detail, sizeof detail, "%s_FILE must name a text file of at most %d bytes", name,
                 CONFIG_FILE_SIZE_MAX);
        report_add(report, name, "file", detail);
        arena_rewind(arena, mark);
        return NULL;
    }
    if (size && text[size - 1] == '\n')
        size--;
    if (size && text[size - 1] == '\r')
        size--;
    text[size] = 0;
    arena_rewind(arena, mark);
    /* In its own, smaller place: the bytes still lie where they were read to. */
    return memmove(arena_get(arena, size + 1), text, size + 1);
}

static bool boolean_read(bool *value, const char *text)
{
    static const char *const yes[] = {"1", "true", "yes", "on"};
    static const char *const no[] = {"0", "false", "no", "off"};
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
        if (text_equal_ignoring_case(text, yes[i]) || text_equal_ignoring_case(text, no[i])) {
            *value = text_equal_ignoring_case(text, yes[i]);
            return true;
        }
    }
    return false;
}

/* False: an empty item. */
static bool list_read(struct setting_list *list, const char *text, struct arena *arena)
{
    *list = (struct setting_list){0};
    for (;;) {
        const char *comma = strchrnul(text, ',');
        struct bytes item = bytes_trimmed(bytes_of(text, (size_t)(comma - text)));
        if (!item.size)
            return false;
        char *copy = arena_get(arena, item.size + 1);
        memcpy(copy, item.data, item.size);
        copy[item.size] = 0;
        arena_append(arena, list->count, list->items, copy);
        if (!*comma)
            return true;
        text = comma + 1;
    }
}

static void bounds_of(const struct setting *setting, int64_t *min, int64_t *max)
{
    bool any = setting->min == 0 && setting->max == 0;
    *min = any ? INT64_MIN : setting->min;
    *max = any ? INT64_MAX : setting->max;
}

/* Writes the value, given as text or NULL for none, to its member. NULL: fine; else what is wrong
 * with it. Never repeats the value, which may be secret. */
static const char *value_set(const struct setting *setting, void *target, const char *text,
                             struct arena *arena, char detail[256])
{
    void *member = (char *)target + setting->offset;
    switch (setting->kind) {
    case SETTING_TEXT:
    case SETTING_SECRET:
        *(const char **)member = text ? arena_copy_text(arena, text) : NULL;
        return NULL;
    case SETTING_INTEGER: {
        int64_t number = 0, min, max;
        bounds_of(setting, &min, &max);
        *(int64_t *)member = 0;
        if (text && text_parse_int64(&number, text, min, max, NULL) != OK) {
            snprintf(detail, 256, "must be a whole number from %" PRId64 " to %" PRId64, min, max);
            return detail;
        }
        *(int64_t *)member = number;
        return NULL;
    }
    case SETTING_BOOLEAN:
        *(bool *)member = false;
        if (text && !boolean_read(member, text))
            return "must be 1, true, yes or on, or 0, false, no or off";
        return NULL;
    case SETTING_LIST:
        *(struct setting_list *)member = (struct setting_list){0};
        if (text && !list_read(member, text, arena))
            return "must be a list with commas between its items and no empty item";
        return NULL;
    }
    assert(false && "a setting_kind of ours");
    return NULL;
}

static void setting_read(const struct setting *setting, void *target, char *const *environment,
                         struct arena *arena, struct config_report *report)
{
    const char *direct = environment_find(environment, setting->name, "");
    const char *path = environment_find(environment, setting->name, "_FILE");
    char detail[256];
    if (direct && path) {
        snprintf(detail, sizeof detail, "%s and %s_FILE are both given: keep one", setting->name,
                 setting->name);
        report_add(report, setting->name, "one source", detail);
        return;
    }
    size_t problems = report->problem_count;
    const char *text = path ? file_read(setting->name, path, arena, report) : direct;
    if (report->problem_count > problems)
        return;
    if (text && !*text) /* an empty file counts as not given */
        text = NULL;
    if (!text && setting->required) {
        snprintf(detail, sizeof detail, "is required: set %s or %s_FILE", setting->name,
                 setting->name);
        report_add(report, setting->name, "required", detail);
    }
    const char *fault = value_set(setting, target, text ? text : setting->initial, arena, detail);
    if (fault)
        report_add(report, setting->name, "form", fault);
}

static bool name_is_known(const struct setting_group *groups, size_t count, const char *name,
                          size_t length)
{
    for (size_t g = 0; g < count; g++) {
        for (size_t i = 0; i < groups[g].count; i++) {
            const char *known = groups[g].settings[i].name;
            size_t known_length = strlen(known);
            if (length < known_length || strncmp(name, known, known_length) != 0)
                continue;
            if (length == known_length ||
                (length == known_length + 5 && strncmp(name + known_length, "_FILE", 5) == 0))
                return true;
        }
    }
    return false;
}

static void unknown_collect(const struct setting_group *groups, size_t count,
                            char *const *environment, struct config_report *report)
{
    for (; *environment; environment++) {
        size_t length = (size_t)(strchrnul(*environment, '=') - *environment);
        if (!text_starts_with(*environment, prefix) ||
            name_is_known(groups, count, *environment, length))
            continue;
        if (report->unknown_count < CONFIG_UNKNOWN_MAX)
            snprintf(report->unknown[report->unknown_count], CONFIG_NAME_SIZE, "%.*s",
                     length < CONFIG_NAME_SIZE ? (int)length : CONFIG_NAME_SIZE - 1, *environment);
        report->unknown_count++;
    }
}

enum error config_read(const struct setting_group *groups, size_t count, char *const *environment,
                       struct arena *arena, struct config_report *report)
{
    *report = (struct config_report){0};
    for (size_t g = 0; g < count; g++)
        for (size_t i = 0; i < groups[g].count; i++)
            setting_read(&groups[g].settings[i], groups[g].target, environment, arena, report);
    unknown_collect(groups, count, environment, report);
    return report->problem_count ? ERR_CONFIG : OK;
}

static void form_print(FILE *file, const struct setting *setting)
{
    int64_t min, max;
    switch (setting->kind) {
    case SETTING_TEXT:
        fputs("text", file);
        return;
    case SETTING_SECRET:
        fputs("secret", file);
        return;
    case SETTING_BOOLEAN:
        fputs("0 or 1", file);
        return;
    case SETTING_LIST:
        fputs("list with commas", file);
        return;
    case SETTING_INTEGER:
        bounds_of(setting, &min, &max);
        if (min == INT64_MIN && max == INT64_MAX)
            fputs("number", file);
        else
            fprintf(file, "%" PRId64 " to %" PRId64, min, max);
        return;
    }
}

/* A '|' would end the cell. */
static void cell_print(FILE *file, const char *text)
{
    for (; *text; text++) {
        if (*text == '|')
            fputc('\\', file);
        fputc(*text == '\n' ? ' ' : *text, file);
    }
}

void config_explain(FILE *file, const struct setting_group *groups, size_t count)
{
    for (size_t g = 0; g < count; g++) {
        fprintf(file, "%s## %s\n\n| Variable | Form | Default | Meaning |\n|---|---|---|---|\n",
                g ? "\n" : "", groups[g].title);
        for (size_t i = 0; i < groups[g].count; i++) {
            const struct setting *setting = &groups[g].settings[i];
            fprintf(file, "| `%s` | ", setting->name);
            form_print(file, setting);
            if (setting->required)
                fputs(" | required | ", file);
            else if (setting->kind == SETTING_SECRET || !setting->initial)
                fputs(" | none | ", file);
            else
                fprintf(file, " | `%s` | ", setting->initial);
            cell_print(file, setting->text);
            fputs(" |\n", file);
        }
    }
}

static void value_print(FILE *file, const struct setting *setting, const void *target)
{
    const void *member = (const char *)target + setting->offset;
    switch (setting->kind) {
    case SETTING_TEXT: {
        const char *text = *(const char *const *)member;
        fputs(text ? text : "", file);
        return;
    }
    case SETTING_SECRET:
        fputs(*(const char *const *)member ? "(set)" : "(not set)", file);
        return;
    case SETTING_INTEGER:
        fprintf(file, "%" PRId64, *(const int64_t *)member);
        return;
    case SETTING_BOOLEAN:
        fputs(*(const bool *)member ? "1" : "0", file);
        return;
    case SETTING_LIST: {
        const struct setting_list *list = member;
        for (size_t i = 0; i < list->count; i++)
            fprintf(file, "%s%s", i ? "," : "", list->items[i]);
        return;
    }
    }
}

void config_print(FILE *file, const struct setting_group *groups, size_t count)
{
    for (size_t g = 0; g < count; g++) {
        for (size_t i = 0; i < groups[g].count; i++) {
            fprintf(file, "%s=", groups[g].settings[i].name);
            value_print(file, &groups[g].settings[i], groups[g].target);
            fputc('\n', file);
        }
    }
}
