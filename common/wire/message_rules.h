/* SPDX-License-Identifier: Apache-2.0
 * Message rules: what a message from outside must fit before anybody looks at it, as data
 * (architecture.md, section 6). A miss is POISON for an event and 400 for a command. */
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <protobuf-c/protobuf-c.h>

#include "common/base/error.h"

enum {
    MESSAGE_BYTES_MAX = 512 * 1024, /* a record is at most that (architecture.md, section 3) */
    MESSAGE_ELEMENTS_MAX = 10000,
    MESSAGE_DEPTH_MAX = 32,
};

/* 0 or NULL takes the default.
 *
 * `required` ends with NULL. A path names fields by their .proto names:
 *   "invoice.total"      the submessage is there
 *   "lines"              at least one
 *   "lines[].net"        every line has it; no lines are fine
 *   "discount?.reason"   only if there is a discount
 *   "payer.card|iban"    one of them
 * Required text and bytes are not empty, a required enum is not its UNSPECIFIED zero, a required
 * member of a oneof is the one chosen. A number or a bool is always there: naming one is a mistake
 * that message_rules_check reports. */
struct message_rules {
    size_t bytes_max;
    uint32_t elements_max;       /* of one repeated field of one message */
    uint32_t elements_total_max; /* elements, unknown fields and repeats of singular fields of the
                                    whole message; 4 * elements_max */
    uint32_t depth_max;          /* messages inside messages; the outermost is 1 */
    const char *const *required;
};

/* The required paths (NULL: none). ERR_MISSING with the path; ERR_INTERNAL for a path that the type
 * does not have. */
MUST_USE enum error message_check_required(const ProtobufCMessage *message,
                                           const char *const *required, struct problem *problem);

/* For the start of a process: ERR_INTERNAL if a required path names what the type does not have. */
MUST_USE enum error message_rules_check(const ProtobufCMessageDescriptor *descriptor,
                                        const struct message_rules *rules, struct problem *problem);
