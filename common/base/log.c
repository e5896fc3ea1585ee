/* SPDX-License-Identifier: Apache-2.0 */
#include "common/base/log.h"

#include <stdatomic.h>
#include <unistd.h>

#include "common/base/text.h"
#include "common/base/time.h"

static const char *const level_names[] = {
    [LOG_ERROR] = "error", [LOG_WARN] = "warn", [LOG_INFO] = "info", [LOG_DEBUG] = "debug"};

/* The one mutable global: there is one standard error. Written before the threads start. */
static struct log_settings log_settings = {.service = "-", .level = LOG_INFO, .descriptor = 2};

void log_configure(struct log_settings settings)
{
    log_settings = settings;
}

bool log_wanted(enum log_level level)
{
    return level <= log_settings.level;
}

enum error log_level_parse(enum log_level *level, const char *text, struct problem *problem)
{
    for (size_t i = 0; i < sizeof level_names / sizeof *level_names; i++) {
        if (text_equal(text, level_names[i])) {
            *level = (enum log_level)i;
            return OK;
        }
    }
    return problem_set(problem, ERR_MALFORMED, NULL, NULL, "must be error, warn, info or debug");
}

/* A value stands bare if nothing in it could be taken for the end of the value or of the line. */
static bool value_is_bare(const char *text)
{
    if (!*text)
        return false;
    for (; *text; text++)
        if ((unsigned char)*text <= ' ' || (unsigned char)*text >= 0x7F || strchr("\"\\=", *text))
            return false;
    return true;
}

/* In quotes, escaped as JSON does it, so that one line stays one line. Bytes that are not UTF-8
 * become U+FFFD: a log must be readable whatever was in it. */
static void value_quote(struct text_buffer *line, const char *text)
{
    bool valid = utf8_valid(bytes_of_text(text), TEXT_ANY_CONTROL);
    text_buffer_add_character(line, '"');
    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte == '"' || byte == '\\')
            text_buffer_add_format(line, "\\%c", byte);
        else if (byte == '\n')
            text_buffer_add(line, "\\n");
        else if (byte == '\t')
            text_buffer_add(line, "\\t");
        else if (byte < ' ' || byte == 0x7F)
            text_buffer_add_format(line, "\\u%04x", byte);
        else if (byte >= 0x80 && !valid)
            text_buffer_add(line, "\xEF\xBF\xBD");
        else
            text_buffer_add_character(line, (char)byte);
    }
    text_buffer_add_character(line, '"');
}

static void key_add(struct text_buffer *line, const char *key)
{
    if (log_settings.form == LOG_FORM_JSON)
        text_buffer_add_format(line, "%s\"%s\":", line->length > 1 ? "," : "", key);
    else
        text_buffer_add_format(line, "%s%s=", line->length ? " " : "", key);
}

static void text_add(struct text_buffer *line, const char *key, const char *text)
{
    if (!text || !*text)
        return;
    key_add(line, key);
    if (log_settings.form == LOG_FORM_TEXT && value_is_bare(text))
        text_buffer_add(line, text);
    else
        value_quote(line, text);
}

static void field_add(struct text_buffer *line, const struct log_field *field)
{
    switch (field->kind) {
    case LOG_KIND_NONE:
        return;
    case LOG_KIND_TEXT:
        text_add(line, field->key, field->text);
        return;
    case LOG_KIND_INT:
        key_add(line, field->key);
        text_buffer_add_int64(line, field->number);
        return;
    case LOG_KIND_BOOL:
        key_add(line, field->key);
        text_buffer_add(line, field->number ? "true" : "false");
        return;
    }
}

/* A field that does not fit is left out whole, so that what is there can still be read by a
 * machine. */
static void field_add_if_it_fits(struct text_buffer *line, const struct log_field *field)
{
    size_t length = line->length;
    field_add(line, field);
    if (line->overflowed) {
        line->length = length;
        line->text[length] = 0;
        line->overflowed = false;
    }
}

/* False: this site has had its lines of this second. Races between threads may let a line more
 * through, never block. */
static bool site_admits(struct log_site *site, int64_t now_us, uint32_t *suppressed)
{
    *suppressed = 0;
    if (!site)
        return true;
    int64_t second = now_us / SECOND_US, seen = __atomic_load_n(&site->second, __ATOMIC_RELAXED);
    if (seen != second && __atomic_compare_exchange_n(&site->second, &seen, second, false,
                                                      __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
        __atomic_store_n(&site->written, 0, __ATOMIC_RELAXED);
        *suppressed = __atomic_exchange_n(&site->suppressed, 0, __ATOMIC_RELAXED);
    }
    if (__atomic_add_fetch(&site->written, 1, __ATOMIC_RELAXED) <= LOG_BURST_PER_SECOND)
        return true;
    __atomic_add_fetch(&site->suppressed, 1, __ATOMIC_RELAXED);
    return false;
}

static void line_write(const struct text_buffer *line)
{
    /* Nobody is left to tell if this fails. */
    ssize_t written = write(log_settings.descriptor, line->text, line->length);
    (void)written;
}

void log_write(struct log_site *site, enum log_level level, const char *message,
               const struct log_field *fields, size_t count)
{
    uint32_t suppressed;
    if (!log_wanted(level) || !site_admits(site, monotonic_us(), &suppressed))
        return;
    bool json = log_settings.form == LOG_FORM_JSON;
    char memory[LOG_LINE_SIZE_MAX], now[INSTANT_TEXT_SIZE];
    /* Two bytes are kept back for the end of the line. */
    struct text_buffer line = text_buffer_on(memory, sizeof memory - 2);
    instant_format(now, wall_us());
    if (json)
        text_buffer_add_character(&line, '{');
    text_add(&line, "ts", now);
    text_add(&line, "level", level_names[level]);
    text_add(&line, json ? "svc" : "service", log_settings.service);
    field_add_if_it_fits(&line, &LOG_TEXT("msg", message));
    for (size_t i = 0; i < count; i++)
        field_add_if_it_fits(&line, &fields[i]);
    if (suppressed)
        field_add_if_it_fits(&line, &LOG_INT("suppressed", suppressed));
    line.size_max = sizeof memory;
    text_buffer_add(&line, json ? "}\n" : "\n");
    line_write(&line);
}
