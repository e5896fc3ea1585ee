/* SPDX-License-Identifier: Apache-2.0
 * Message path: where in a message something stands: `lines[2].quantity`, `labels["x"].amount`.
 * Built on the C stack on the way down, so that it costs nothing until there is something to
 * report. Names are those of the .proto file. */
#pragma once
#include <stddef.h>

#include "common/base/error.h"

enum message_path_kind { MESSAGE_PATH_FIELD, MESSAGE_PATH_ELEMENT, MESSAGE_PATH_KEY };

struct message_path {
    const struct message_path *parent; /* NULL: a field of the outermost message */
    const char *name;                  /* of the field, borrowed */
    enum message_path_kind kind;
    size_t index;    /* of an element */
    const char *key; /* of a map entry, borrowed */
};

/* Always terminated; a path that does not fit is cut. NULL path: "". Bytes of foreign keys that are
 * not printable ASCII become '?'. */
void message_path_print(const struct message_path *path, char *out, size_t size);

/* problem_set with the path as the field. */
enum error message_path_problem(struct problem *problem, enum error error,
                                const struct message_path *path, const char *rule,
                                const char *format, ...) __attribute__((format(printf, 5, 6)));
