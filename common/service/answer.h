/* SPDX-License-Identifier: Apache-2.0
 * Answer: what a command's caller is told. The body is made inside the unit of work, before COMMIT,
 * from the state that the decision leaves behind, and stored with the receipt, so that asking again
 * gives the same bytes. Personal data stands in it sealed: the receipt must not outlive an erasure.
 * It is opened when the answer is sent, for callers who may read it. */
#pragma once
#include "common/eventlog/personal_data.h"
#include "common/eventlog/unit.h"
#include "common/service/api.h"
#include "common/wire/json.h"

/* For unit_options.answer of the workers; the context is not used. Works that did not come from an
 * edge are left alone. Call it for refused commands too (state NULL): the refusal's document is
 * stored like any answer. */
void answer_make(void *context, struct unit *unit, struct work *work, struct stream_ref subject,
                 int64_t version, const ProtobufCMessage *state);

/* `{…state…,"acts":[…]}` of what a caller with these roles may do now; `acts` may be NULL. */
MUST_USE enum error answer_write_state(struct arena_buffer *out, const ProtobufCMessage *state,
                                       const struct api_act *acts, uint32_t roles,
                                       const struct json_options *options);

/* Replaces each {"sealed":"…"} of a body written by answer_write_state by its text. ERR_* of
 * personal_data_open. */
MUST_USE enum error answer_reveal(struct personal_data *personal_data, struct arena *arena,
                                  const char *json, size_t size, struct arena_buffer *out,
                                  struct problem *problem);
