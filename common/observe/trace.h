/* SPDX-License-Identifier: Apache-2.0
 * Trace: where a piece of work comes from, as W3C Trace Context says (traceparent, level 1):
 * carried from HTTP to event to event, so that a trace shows everything one request caused. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "common/base/error.h"

enum { TRACE_TEXT_SIZE = 56 };

struct trace {
    uint8_t trace_id[16], span_id[8];
    bool sampled;
};

/* All ids zero means that there is no trace. */
bool trace_is_set(const struct trace *trace);

/* 00-<32 hex>-<16 hex>-<2 hex>, lower case. Version ff and ids of zero are ERR_MALFORMED; a higher
 * version is read as 00 if it is longer only after a further '-' (section 3.2.2.1 and 4.2). NULL
 * text is ERR_MISSING. */
MUST_USE enum error trace_parse(struct trace *trace, const char *text, struct problem *problem);
void trace_write(const struct trace *trace, char out[TRACE_TEXT_SIZE]);
void trace_id_write(const struct trace *trace, char out[33]);
void trace_span_id_write(const struct trace *trace, char out[17]);

/* A new trace, and a new span of the same trace. Ids come from the kernel's random source; never
 * zero. */
struct trace trace_new(bool sampled);
struct trace trace_child(const struct trace *parent);
