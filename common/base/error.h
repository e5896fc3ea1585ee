/* SPDX-License-Identifier: Apache-2.0
 * Error: what went wrong outside the business, and what the loop must do about it. One list gives the number, the
 * class, the stable code that callers see and the sentence that operators read. A refusal by the business is not an
 * error: see decision.h. */
#pragma once

/* What the loop does (architecture.md, section 6); nobody else reacts to a class.
 * NONE go on · RETRY roll back, wait, again · REJECT answer the refusal, go on · WAIT keep until the predecessor
 * arrives · POISON park · FATAL stop the process. */
#define ERROR_CLASSES(X) X(NONE) X(RETRY) X(REJECT) X(WAIT) X(POISON) X(FATAL)

#define ERRORS(X)                                                                                                      \
    X(OK, NONE, "ok", "no error")                                                                                      \
    X(ERR_AGAIN, RETRY, "try_again", "a lock, a deadlock or a concurrent writer was in the way; nothing was written")  \
    X(ERR_DATABASE_AWAY, RETRY, "database_unavailable", "PostgreSQL does not answer; nothing was acknowledged")        \
    X(ERR_COMMIT_UNKNOWN, RETRY, "commit_unknown", "the connection died during COMMIT; the log tells what landed")     \
    X(ERR_BROKER_AWAY, RETRY, "broker_unavailable", "Kafka does not answer; events wait in the log")                   \
    X(ERR_BUSY, RETRY, "busy", "the queue is full; try again later")                                                   \
    X(ERR_NOT_WRITABLE, RETRY, "shard_not_writable", "the shard's log has not been compared with its topic's end")     \
    X(ERR_TIMEOUT, RETRY, "timeout", "the work did not finish in time; ask again with the same key")                   \
    X(ERR_MALFORMED, POISON, "malformed", "the bytes are not what their type says")                                    \
    X(ERR_TOO_LARGE, POISON, "too_large", "a limit on size, count or depth was exceeded")                              \
    X(ERR_UNKNOWN_TYPE, POISON, "unknown_type", "no handler knows this type and it is not named as ignored")           \
    X(ERR_MISSING, POISON, "field_missing", "a required field is absent")                                              \
    X(ERR_RANGE, POISON, "out_of_range", "a number is outside its range, or arithmetic would overflow")                \
    X(ERR_HOPS, POISON, "too_many_hops", "an event caused an event more than 16 times")                                \
    X(ERR_NOT_FOUND, REJECT, "not_found", "there is no such thing")                                                    \
    X(ERR_UNSUPPORTED, REJECT, "unsupported", "this form is not read yet")                                             \
    X(ERR_FORK, FATAL, "feed_fork", "a feed shows two histories; a person must look")                                  \
    X(ERR_SCHEMA, FATAL, "schema_mismatch", "the database's tables are not those of this program")                     \
    X(ERR_CONFIG, FATAL, "bad_configuration", "a setting is missing or wrong")                                         \
    X(ERR_CORRUPT, FATAL, "stored_data_corrupt", "bytes that we wrote ourselves cannot be read")                       \
    X(ERR_INTERNAL, FATAL, "internal", "a rule of our own was broken")

enum error_class {
#define X(name) CLASS_##name,
    ERROR_CLASSES(X)
#undef X
};

enum error {
#define X(name, class, code, text) name,
    ERRORS(X)
#undef X
};

#define MUST_USE __attribute__((warn_unused_result))

enum error_class error_class(enum error error);
const char *error_class_name(enum error_class class);
const char *error_code(enum error error);
const char *error_text(enum error error);

/* Where and why, for people; filled by whoever finds the error, borrowed by whoever prints it. Never personal data. */
struct problem {
    enum error error;
    char field[128];  /* path of the field at fault: "lines[2].quantity"; empty if none */
    char rule[32];    /* handbook id or standard: "GEN-1", "ISO 20022" */
    char detail[256]; /* one sentence that names the remedy */
};

/* Fills `problem` (may be NULL) and returns `error`, so that a refusal is one line. */
enum error problem_set(struct problem *problem, enum error error, const char *field, const char *rule,
                       const char *format, ...) __attribute__((format(printf, 5, 6)));
