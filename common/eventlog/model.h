/* SPDX-License-Identifier: Apache-2.0
 * Model: what a service hands to the loop, as data (architecture.md, section 9): its streams and how events change
 * them, its handlers, its indexes, the tables that people query. Everything in it is pure; the unit of work calls it,
 * and so do replay, the simulator, the stories and `billctl prove`. */
#pragma once
#include "common/base/decision.h"
#include "common/eventlog/record.h"

/* ---- streams ---- */

struct evolution {
    const ProtobufCMessageDescriptor *event;
    void (*evolve)(struct arena *arena, ProtobufCMessage *state, const ProtobufCMessage *event);
    const char *why; /* what the event means for the stream: printed by `print-states` */
};

struct stream_kind {
    int code;         /* stored in tables, so never reused for another kind; 1 to 999 */
    const char *name; /* travels in records: "invoice" */
    const ProtobufCMessageDescriptor *state; /* NULL: written once, nothing to fold */
    const struct evolution *evolutions;
    size_t n_evolutions;
    uint32_t fold_version;   /* raise when evolve changes its meaning: older snapshots are then ignored */
    uint32_t snapshot_every; /* events between snapshots; 0: 32 */
    bool cold;               /* seldom read again after its birth: its state is not kept in memory */
};

/* Kinds that every service has for its own book-keeping; their codes start above those of the services. */
enum house_kind { KIND_PARKED = 1000, KIND_HANDOVER, KIND_HANDOVER_TAKEN, KIND_WAITING };

/* ---- indexes: key -> streams, kept with the events, rebuilt from them ---- */

struct look_up_index {
    const char *name;
    bool unique; /* a claim: a second stream under the same key makes the unit try again, and decide sees the first */
};

struct indexing {
    void *self;
    void (*put)(void *self, int index, const char *key, struct stream_ref ref);
    void (*drop)(void *self, int index, const char *key, struct stream_ref ref);
};

/* ---- tables for lists and reports ---- */

enum column_type { COLUMN_INT16, COLUMN_INT32, COLUMN_INT64, COLUMN_BOOL, COLUMN_TEXT, COLUMN_BYTES, COLUMN_UUID,
                   COLUMN_DATE, COLUMN_TIME };
enum column_role {
    COLUMN_VALUE, /* replaced by the last row of the same key */
    COLUMN_KEY,   /* part of the primary key, not null */
    COLUMN_SUM,   /* added to what stands there: totals by key */
};

struct column {
    const char *name;
    enum column_type type;
    enum column_role role;
};

struct table {
    const char *name;
    const struct column *columns;
    size_t n_columns;
};

/* Rows are written column by column in the table's order, then put or dropped. Texts and bytes are copied. */
struct projecting;
void row_begin(struct projecting *projecting, const struct table *table);
void row_int(struct projecting *projecting, int64_t value); /* INT16, INT32, INT64, BOOL */
void row_text(struct projecting *projecting, const char *text);
void row_bytes(struct projecting *projecting, const void *bytes, size_t size);
void row_uuid(struct projecting *projecting, const char *id); /* NULL, "" or malformed: null */
void row_uuid_bytes(struct projecting *projecting, const struct uuid *id);
void row_date(struct projecting *projecting, int32_t days_since_1970);
void row_time(struct projecting *projecting, int64_t us_since_1970);
void row_null(struct projecting *projecting);
void row_put(struct projecting *projecting);
void row_drop(struct projecting *projecting); /* only the key columns need values; the others may be left out */

/* ---- handlers ---- */

struct handler {
    const ProtobufCMessageDescriptor *message; /* a command, or an event of another service */
    void (*declare)(struct declaring *declaring, const ProtobufCMessage *message);
    /* Second round, optional: sees the states and ids that the first round found (declaring->source). */
    void (*declare_more)(struct declaring *declaring, const ProtobufCMessage *message);
    void (*decide)(struct deciding *deciding, const ProtobufCMessage *message);
    const char *const *required; /* paths that must be present, ends with NULL; NULL: none (wire/message.h) */
};

/* Thunks: calling through a cast function pointer would be undefined behaviour. */
#define HANDLER(name, Type)                                                                        \
    static void name##_declare_any(struct declaring *declaring, const ProtobufCMessage *message)   \
    {                                                                                              \
        name##_declare(declaring, (const Type *)message);                                          \
    }                                                                                              \
    static void name##_decide_any(struct deciding *deciding, const ProtobufCMessage *message)      \
    {                                                                                              \
        name##_decide(deciding, (const Type *)message);                                            \
    }
#define HANDLER_MORE(name, Type)                                                                   \
    static void name##_declare_more_any(struct declaring *declaring, const ProtobufCMessage *message) \
    {                                                                                              \
        name##_declare_more(declaring, (const Type *)message);                                     \
    }
#define EVOLVER(name, State, Event)                                                                \
    static void name##_any(struct arena *arena, ProtobufCMessage *state, const ProtobufCMessage *event) \
    {                                                                                              \
        name(arena, (State *)state, (const Event *)event);                                         \
    }

/* ---- the service ---- */

struct service_model {
    const char *name;      /* "invoicing": schema, role, metrics label */
    const char *feed_id;   /* "/billing/invoicing" */
    const char *topic_out; /* "billing.invoicing.events" */
    const char *const *topics_in;
    size_t n_topics_in;
    const struct stream_kind *kinds;
    size_t n_kinds;
    const struct look_up_index *indexes;
    size_t n_indexes;
    const struct handler *handlers;
    size_t n_handlers;
    /* Foreign events that are only projected. */
    const ProtobufCMessageDescriptor *const *heard;
    size_t n_heard;
    /* Foreign types, or packages ending in '.', that are known and not needed; any other unknown type is parked. */
    const char *const *ignored;
    size_t n_ignored;
    const struct table *const *tables;
    size_t n_tables;
    /* Each may be NULL. `state` is the state after the event, NULL for kinds without one. */
    void (*index)(const struct indexing *indexing, struct stream_ref stream, const ProtobufCMessage *event,
                  const ProtobufCMessage *state);
    /* Once for each event: our own as it is appended, a foreign one as it is applied. */
    void (*project_event)(struct projecting *projecting, const struct record *record, const ProtobufCMessage *event);
    /* Once for each changed stream at the end of a unit. */
    void (*project_state)(struct projecting *projecting, struct stream_ref stream, int64_t version,
                          const ProtobufCMessage *state);
};

const struct stream_kind *model_kind(const struct service_model *model, int code);
const struct stream_kind *model_kind_named(const struct service_model *model, const char *name);
const struct handler *model_handler(const struct service_model *model, const char *type);
/* Descriptor of any event or command that the service can read; NULL: unknown. */
const ProtobufCMessageDescriptor *model_descriptor(const struct service_model *model, const char *type);
bool model_ignores(const struct service_model *model, const char *type);
/* The descriptor of an own event type of any kind, house kinds included; NULL: not ours. */
const struct evolution *model_evolution(const struct stream_kind *kind, const char *type);

/* Folds one event into the state (a fresh one if *state is NULL). */
void model_fold(const struct stream_kind *kind, struct arena *arena, ProtobufCMessage **state,
                const ProtobufCMessage *event);
