/* SPDX-License-Identifier: Apache-2.0
 * Traces: which trace an event belongs to, from the commit that wrote it until its relay sends it,
 * and a handover until it is taken. Only sampled traces are kept, in memory and bounded: a trace
 * may be lost, an event never, so nothing of it is in the log (architecture.md, section 10). Safe
 * from any thread. */
#pragma once
#include "common/eventlog/unit.h"
#include "common/observe/trace.h"

struct traces;

struct traces *traces_new(void);
void traces_free(struct traces *traces);

/* After a unit's COMMIT: a span of its own for every event, and the work's trace for every
 * handover. */
void traces_keep(struct traces *traces, const struct unit *unit);

/* The traceparent of an event; NULL: none. Copied into `out`. */
const char *traces_of_event(struct traces *traces, int32_t shard, int64_t position,
                            char out[TRACE_TEXT_SIZE]);
const char *traces_of_handover(struct traces *traces, struct uuid id, char out[TRACE_TEXT_SIZE]);
/* False: surely none, so nobody need ask. */
bool traces_any(const struct traces *traces);
/* A traceparent for each record, NULL where there is none; NULL altogether if nothing is traced. In
 * the arena. */
const char *const *traces_of_records(struct traces *traces, struct arena *arena,
                                     const struct record *records, size_t n);
