/* SPDX-License-Identifier: Apache-2.0
 * Decision: what a pure decider sees and what it answers. A handler first declares what it must read (by key, stream
 * and look-up), the unit of work loads that under lock, and then decide turns facts + command into events, or into a
 * refusal with a reason. Nothing here knows a clock, a database or a bus: the facts come through a small table that
 * the unit of work, the simulator and the stories each fill (architecture.md, sections 2 and 4).
 *
 * Ids are 36-character lower-case UUID texts, as in the messages. Memory is the batch's arena; a decider that runs out
 * of it is cut short by longjmp and its message parked, so no NULL checks are needed. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"

/* A stream is named by its kind (index into the service's table of kinds) and its id. */
struct stream_ref {
    int kind;
    const char *id;
};

/* A refusal by the business: stable code for callers, the rule behind it, a sentence that names the remedy, and the
 * HTTP status that says it (409 for a state that forbids it, 422 for content, 404 for a thing that is not there). */
struct refusal {
    const char *code, *rule, *text;
    int http_status;
};

/* ---- declaring: which facts a decision needs. Runs before any lock is held. ---- */

struct declared_look_up {
    int index;
    const char *key;    /* text key of the index */
    uint32_t count_max; /* 0: no bound */
    bool names_only;    /* the ids found are not loaded: they only choose where to hand over */
};

struct declared_series {
    const char *entity_id, *document_class;
};

struct declaring {
    struct arena *arena;
    const struct facts_source *source; /* second round only: what the first round found */
    const char *key;                   /* what picks the shard */
    struct stream_ref *streams;
    size_t n_streams, streams_max;
    struct declared_look_up *look_ups;
    size_t n_look_ups, look_ups_max;
    struct declared_series *series;
    size_t n_series, series_max;
};

/* The shard: all streams that the decision writes have this key. Exactly once per declaration. */
void declare_key(struct declaring *declaring, const char *id);
/* A stream to read, or to give birth to. An empty or malformed id is ignored: the decider sees no such state. */
void declare_stream(struct declaring *declaring, int kind, const char *id);
/* All streams that an index names under a key; they are loaded too. */
void declare_look_up(struct declaring *declaring, int index, const char *key);
void declare_look_up_names(struct declaring *declaring, int index, const char *key, uint32_t count_max);
/* A number series (INV-17): its row is locked, so the number is taken in the order of commits. */
void declare_series(struct declaring *declaring, const char *entity_id, const char *document_class);

/* ---- the facts ---- */

struct series_fact {
    int64_t next;             /* 1 when the series is not born yet */
    int32_t last_issue_days;  /* date of the last document, INT32_MIN if none */
};

struct facts_source {
    void *self;
    /* NULL: not born, or not declared. *version (may be NULL) counts its events. */
    const ProtobufCMessage *(*state)(void *self, struct stream_ref ref, int64_t *version);
    /* Ids under (index, key), oldest first; the array is borrowed. */
    size_t (*look_up)(void *self, int index, const char *key, const struct stream_ref **refs);
    struct series_fact (*series)(void *self, const char *entity_id, const char *document_class, int32_t year);
    /* Offset of a zone's local time at an instant, seconds; 0 for an unknown zone. */
    int32_t (*zone_offset_s)(void *self, const char *zone, int64_t instant_us);
};

/* ---- deciding ---- */

enum verdict { VERDICT_DECIDED, VERDICT_REFUSED, VERDICT_WAIT };

struct emission {
    struct stream_ref stream;
    const ProtobufCMessage *event;
    const char *entity_id;
    int32_t posting_days;
    int64_t occurred_us;
};

struct handing_over {
    const char *key;
    const ProtobufCMessage *command;
};

struct taken_number {
    const char *entity_id, *document_class;
    int32_t year, issue_days;
    int64_t number;
};

struct cause { /* the message behind a decision; topic is "" for a command */
    const char *topic;
    int32_t partition;
    int64_t position;
};

struct deciding {
    struct arena *arena;
    struct facts_source source;
    int64_t now_us;          /* instant of the unit: the only clock there is */
    const char *actor;       /* who asked: person or service id; "" if unknown */
    const char *decision_id; /* UUID of this decision: derive new ids from it */
    struct cause cause;
    const char *cause_entity_id; /* legal entity, posting date and occurrence of the causing record, if any */
    int32_t cause_posting_days;
    int64_t cause_occurred_us;

    /* the answer */
    enum verdict verdict;
    const struct refusal *refusal;
    const char *field, *detail;
    struct stream_ref awaited;
    struct emission *emissions;
    size_t n_emissions, emissions_max;
    struct handing_over *handings;
    size_t n_handings, handings_max;
    struct taken_number *numbers;
    size_t n_numbers, numbers_max;
    struct stream_ref subject; /* whose state answers the caller */

    /* books for the emissions that follow */
    const char *entity_id;
    int32_t posting_days;
    int64_t occurred_us;
};

/* The state as last committed plus what this unit decided before; NULL if the stream has no event. */
const void *deciding_state(const struct deciding *deciding, int kind, const char *id);
size_t deciding_look_up(const struct deciding *deciding, int index, const char *key, const struct stream_ref **refs);
/* The local civil date of an instant in a zone, days since 1970-01-01 (GEN-5: "today" is the legal entity's). */
int32_t deciding_local_days(const struct deciding *deciding, const char *zone, int64_t instant_us);

/* Entity, posting date and occurrence of all emissions that follow (GEN-6). occurred_us 0: now. */
void deciding_books(struct deciding *deciding, const char *entity_id, int32_t posting_days, int64_t occurred_us);
/* Appends an event to a declared stream. */
void deciding_emit(struct deciding *deciding, int kind, const char *id, const ProtobufCMessage *event);
/* Work for a stream in another shard: written with this decision, taken there, decided again there. */
void deciding_hand_over(struct deciding *deciding, const char *key, const ProtobufCMessage *command);
/* The next number of a declared series (INV-17). Refuse before taking: a taken number is spent with the decision.
 * 0: the issue date lies before the last one of the series (ISSUE_DATE_PASSED). */
int64_t deciding_take_number(struct deciding *deciding, const char *entity_id, const char *document_class,
                             int32_t year, int32_t issue_days);
/* Takes every emission back; `field` and `detail` may be NULL, `detail` is printf-like. */
void deciding_refuse(struct deciding *deciding, const struct refusal *refusal, const char *field, const char *detail,
                     ...) __attribute__((format(printf, 4, 5)));
/* A predecessor has not arrived: run again when the stream is born (class WAIT). */
void deciding_wait(struct deciding *deciding, int kind, const char *id);
/* Whose state the caller gets as the answer; default: the first stream emitted to. */
void deciding_answer(struct deciding *deciding, int kind, const char *id);
