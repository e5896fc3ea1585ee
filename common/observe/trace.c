/* SPDX-License-Identifier: Apache-2.0 */
#include "common/observe/trace.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

static bool is_zero(const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (bytes[i])
            return false;
    return true;
}

bool trace_is_set(const struct trace *trace)
{
    return !is_zero(trace->trace_id, sizeof trace->trace_id);
}

/* Lower case only, as the standard demands of senders. */
static bool hex_read(uint8_t *bytes, const char *text, size_t size)
{
    for (size_t i = 0; i < size * 2; i++) {
        int digit = text[i] >= '0' && text[i] <= '9'   ? text[i] - '0'
                    : text[i] >= 'a' && text[i] <= 'f' ? text[i] - 'a' + 10
                                                       : -1;
        if (digit < 0)
            return false;
        bytes[i / 2] = (uint8_t)(i % 2 ? bytes[i / 2] | digit : digit << 4);
    }
    return true;
}

static char *hex_write(char *out, const uint8_t *bytes, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < size; i++) {
        *out++ = digits[bytes[i] >> 4];
        *out++ = digits[bytes[i] & 15];
    }
    *out = 0;
    return out;
}

enum error trace_parse(struct trace *trace, const char *text, struct problem *problem)
{
    enum { SIZE = TRACE_TEXT_SIZE - 1 };
    *trace = (struct trace){0};
    if (!text)
        return problem_set(problem, ERR_MISSING, "traceparent", "W3C Trace Context",
                           "there is no traceparent");
    struct trace read = {0};
    uint8_t version, flags;
    size_t size = strnlen(text, SIZE + 1);
    bool formed = size >= SIZE && text[2] == '-' && text[35] == '-' && text[52] == '-' &&
                  hex_read(&version, text, 1) && hex_read(read.trace_id, text + 3, 16) &&
                  hex_read(read.span_id, text + 36, 8) && hex_read(&flags, text + 53, 1);
    if (!formed || version == 0xFF || (version == 0 && size > SIZE) ||
        (size > SIZE && text[SIZE] != '-'))
        return problem_set(problem, ERR_MALFORMED, "traceparent", "W3C Trace Context",
                           "must be 00-<32 hex>-<16 hex>-<2 hex> in lower case");
    if (is_zero(read.trace_id, 16) || is_zero(read.span_id, 8))
        return problem_set(problem, ERR_MALFORMED, "traceparent", "W3C Trace Context",
                           "an id is zero");
    read.sampled = flags & 1;
    *trace = read;
    return OK;
}

void trace_id_write(const struct trace *trace, char out[33])
{
    hex_write(out, trace->trace_id, sizeof trace->trace_id);
}

void trace_span_id_write(const struct trace *trace, char out[17])
{
    hex_write(out, trace->span_id, sizeof trace->span_id);
}

void trace_write(const struct trace *trace, char out[TRACE_TEXT_SIZE])
{
    memcpy(out, "00-", 3);
    char *at = hex_write(out + 3, trace->trace_id, sizeof trace->trace_id);
    *at++ = '-';
    at = hex_write(at, trace->span_id, sizeof trace->span_id);
    memcpy(at, trace->sampled ? "-01" : "-00", 4);
}

static void random_fill(uint8_t *bytes, size_t size)
{
    do {
        if (getrandom(bytes, size, 0) != (ssize_t)size)
            abort();
    } while (is_zero(bytes, size));
}

struct trace trace_new(bool sampled)
{
    struct trace trace = {.sampled = sampled};
    random_fill(trace.trace_id, sizeof trace.trace_id);
    random_fill(trace.span_id, sizeof trace.span_id);
    return trace;
}

struct trace trace_child(const struct trace *parent)
{
    struct trace child = *parent;
    random_fill(child.span_id, sizeof child.span_id);
    return child;
}
