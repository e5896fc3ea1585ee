/* SPDX-License-Identifier: Apache-2.0
 * Log: one line per thing that an operator should know, telling where to look next:
 *   ts=… level=warn service=reconciliation msg="lost a race" stream=item/inv-7 version=4
 * hint="another worker …" Each line is one write(2), so threads never mix; each call site may write
 * at most a burst of lines per second and says on its next line how many it kept back. Never
 * personal data: ids, counts, names of things. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/error.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

enum log_form {
    LOG_FORM_TEXT, /* key=value, values quoted where they must be */
    LOG_FORM_JSON, /* {"ts":…,"level":…,"svc":…,"msg":…,…} */
};

enum { LOG_BURST_PER_SECOND = 20, LOG_LINE_SIZE_MAX = 4096 };

struct log_settings {
    const char *service; /* borrowed for the life of the process */
    enum log_level level;
    enum log_form form;
    int descriptor; /* 2 is standard error */
};

/* Before the threads start. Until then: service "-", LOG_INFO, text, standard error. */
void log_configure(struct log_settings settings);
/* "error", "warn", "info" or "debug". */
MUST_USE enum error log_level_parse(enum log_level *level, const char *text,
                                    struct problem *problem);
bool log_wanted(enum log_level level);

enum log_kind { LOG_KIND_NONE, LOG_KIND_TEXT, LOG_KIND_INT, LOG_KIND_BOOL };

struct log_field {
    enum log_kind kind;
    const char *key;
    const char *text;
    int64_t number;
};

/* A text that is NULL or empty leaves its field out. */
#define LOG_TEXT(key_, value_)                                                                     \
    ((struct log_field){.kind = LOG_KIND_TEXT, .key = (key_), .text = (value_)})
#define LOG_INT(key_, value_)                                                                      \
    ((struct log_field){.kind = LOG_KIND_INT, .key = (key_), .number = (int64_t)(value_)})
#define LOG_BOOL(key_, value_)                                                                     \
    ((struct log_field){.kind = LOG_KIND_BOOL, .key = (key_), .number = (value_) ? 1 : 0})
/* code, class, field, rule and hint of a problem. */
#define LOG_PROBLEM(problem_)                                                                      \
    LOG_TEXT("code", error_code((problem_)->error)),                                               \
        LOG_TEXT("class", error_class_name(error_class((problem_)->error))),                       \
        LOG_TEXT("field", (problem_)->field), LOG_TEXT("rule", (problem_)->rule),                  \
        LOG_TEXT("hint", (problem_)->detail)

/* The rate limit of one call site. */
struct log_site {
    int64_t second;
    uint32_t written, suppressed;
};

/* log_line(LOG_WARN, "lost a race", LOG_TEXT("stream", stream), LOG_INT("version", 4),
 * LOG_TEXT("hint", "…")); */
#define log_line(level_, message_, ...)                                                            \
    do {                                                                                           \
        static struct log_site log_site_;                                                          \
        if (log_wanted(level_)) {                                                                  \
            const struct log_field log_fields_[] = {(struct log_field){.kind = LOG_KIND_NONE},     \
                                                    ##__VA_ARGS__};                                \
            log_write(&log_site_, (level_), (message_), log_fields_,                               \
                      sizeof log_fields_ / sizeof *log_fields_);                                   \
        }                                                                                          \
    } while (0)

/* What log_line calls. `site` may be NULL: no limit. */
void log_write(struct log_site *site, enum log_level level, const char *message,
               const struct log_field *fields, size_t count);
