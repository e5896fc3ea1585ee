/* SPDX-License-Identifier: Apache-2.0
 * Api: what a route does, as data. Most routes are one of three things: a command for the worker, the state of a
 * stream, a list; the rest run a function on an edge thread with a connection of its own. Edge threads do what the
 * event loop must not: parse, seal, query (architecture.md, sections 7, 8 and 10).
 *
 * A route's `action` points to a struct api_action. */
#pragma once
#include "billing/access/v1/access.pb-c.h"
#include "billing/common/v1/scalar.pb-c.h"
#include "common/database/statement.h"
#include "common/eventlog/personal_data.h"
#include "common/http/router.h"
#include "common/service/service.h"

struct listing; /* listing.h */

/* Roles as a mask: API_ROLE(CASHIER). Any holder of a role of the route may call it, for the legal entities of the
 * grant; a command or state with a field `entity_id` is checked against them. */
#define API_ROLE(name) (1u << ROLE_##name)
#define API_READERS                                                                                \
    (API_ROLE(VIEWER) | API_ROLE(BILLER) | API_ROLE(CASHIER) | API_ROLE(COLLECTOR) |                \
     API_ROLE(ACCOUNTANT) | API_ROLE(CREDIT_MANAGER) | API_ROLE(AR_MANAGER) | API_ROLE(CONTROLLER) | \
     API_ROLE(AUDITOR) | API_ROLE(OPERATOR) | API_ROLE(SERVICE))

struct api_caller {
    char principal_id[UUID_TEXT_SIZE];
    char token_id[UUID_TEXT_SIZE];
    uint32_t roles;              /* for any entity */
    bool all_entities;           /* some grant of a role of this route is for every entity */
    const char *const *entities; /* else these; ends with NULL */
};

struct api_call {
    struct http_exchange *exchange;
    const struct route *route;
    const struct service_model *model;
    struct database *database; /* the edge thread's own; read only, READ COMMITTED, statement_timeout 10 s */
    struct arena *arena;       /* of this call */
    struct api_caller caller;
    int64_t now_us; /* business clock */
    int32_t shards;
    struct uuid decision_id; /* derived from (caller, route, Idempotency-Key); nil for reads */
    void *api;               /* the loop's own */
    struct problem problem;
    int status;       /* of the problem; 0: from its class */
    const char *code; /* of the problem; NULL: from its error */
};

/* What a person may do now with an object that is shown: name of the act, who may, and whether its state allows it. */
struct api_act {
    const char *name;
    uint32_t roles;
    bool (*possible)(const ProtobufCMessage *state); /* NULL: always */
};

/* API_IMMEDIATE is a function on the loop thread: it has no caller, database or arena, and must not wait. */
enum api_kind { API_COMMAND, API_STATE, API_LIST, API_FUNCTION, API_IMMEDIATE };

struct api_action {
    enum api_kind kind;

    /* API_COMMAND: route->request is the command. Path parameters of the same name as a field are set into it. Then
     * `id_field`, if the body leaves it empty, is derived from (caller, route, Idempotency-Key). Then `prepare`, on
     * the edge, may look things up and complete or refuse the command (it has no lock: decide checks again). */
    const char *id_field;
    enum error (*prepare)(struct api_call *call, ProtobufCMessage *command);

    /* API_STATE: the state of the stream named by the path parameter, as JSON, with ETag and acts. A command that names
     * both as well honours If-Match for that stream, and its legal entity is checked before it is submitted. */
    int stream_kind;
    const char *id_parameter;
    const struct api_act *acts; /* ends with a NULL name; also added to the answers of commands on this kind */

    /* API_LIST */
    const struct listing *listing;

    /* API_FUNCTION, API_IMMEDIATE: answers by api_answer_* or returns an error with call->problem. */
    enum error (*run)(struct api_call *call);
};

/* State of a stream as last committed. ERR_NOT_FOUND if it is not born. */
MUST_USE enum error api_state(struct api_call *call, int kind, const char *id, ProtobufCMessage **state,
                              int64_t *version);
/* Ids under an index key, oldest first, at most `max`. */
MUST_USE enum error api_look_up(struct api_call *call, int index, const char *key, struct stream_ref *refs, size_t max,
                                size_t *n);
/* Hands a command to its worker and answers the exchange when it is committed; what API_COMMAND does at its end. */
MUST_USE enum error api_submit(struct api_call *call, ProtobufCMessage *command);
/* Many commands (an import, mass acts): waits for all; results in the commands. */
MUST_USE enum error api_submit_all(struct api_call *call, struct job_command *commands, size_t n);

void api_answer_json(struct api_call *call, int status, const char *json, size_t size);
void api_answer_message(struct api_call *call, int status, const ProtobufCMessage *message);
void api_answer_text(struct api_call *call, int status, const char *content_type, const void *body, size_t size);
/* Status 200 with the first `size` bytes of a file, which is moved: for answers that memory should not hold.
 * `download` (may be NULL): the name under which a browser saves it. */
void api_answer_file(struct api_call *call, const char *content_type, const char *download, int file, size_t size);
bool api_caller_may_entity(const struct api_call *call, const char *entity_id);

/* Seals personal data for a subject (eventlog/personal_data.h) and opens it for callers who may read it. The subject is
 * the id of a stream of this service: one that exists or that the command gives birth to; a key whose subject was not
 * born within the hour is forgotten. The second form takes one round trip for all. */
MUST_USE enum error api_seal_all(struct api_call *call, const struct sealing *items, size_t n);
MUST_USE enum error api_seal(struct api_call *call, const char *subject_id, const char *kind, const char *text,
                             Common__Sealed **sealed);
const char *api_reveal(struct api_call *call, const Common__Sealed *sealed); /* "[erased]" once the key is gone */
/* In `prepare`: the text that the caller gave for a field of the command, which is sealed afterwards; NULL: none. */
const char *api_plain(const struct api_call *call, const Common__Sealed *sealed);
/* The same in bulk, for a function that seals much at once (eventlog/personal_data.h). */
struct personal_data;
struct personal_data *api_personal_data(const struct api_call *call);
/* Roles that may read personal data; others get it sealed. */
#define API_READS_PERSONAL_DATA                                                                    \
    (API_ROLE(VIEWER) | API_ROLE(BILLER) | API_ROLE(CASHIER) | API_ROLE(COLLECTOR) |                \
     API_ROLE(ACCOUNTANT) | API_ROLE(CREDIT_MANAGER) | API_ROLE(AR_MANAGER) | API_ROLE(CONTROLLER) | \
     API_ROLE(PRIVACY_OFFICER) | API_ROLE(AUDITOR))
/* How far all feeds of a topic are known complete; as job_feed_complete_us. */
MUST_USE enum error api_feed_complete_us(struct api_call *call, const char *topic, int64_t *complete_us);
