/* SPDX-License-Identifier: Apache-2.0 */
#include "common/eventlog/house.h"

#include "billing/common/v1/house.pb-c.h"

static const struct evolution parked_events[] = {
    {&common__message_parked__descriptor, NULL, "could not be processed: its key is held"},
    {&common__message_redriven__descriptor, NULL, "processed after all; the last one frees the key"},
    {&common__message_discarded__descriptor, NULL, "two people decided that it never will be"},
};
static const struct evolution handover_events[] = {
    {&common__handed_over__descriptor, NULL, "work for another shard is under way"},
};
static const struct evolution taken_events[] = {
    {&common__handover_taken__descriptor, NULL, "decided again in its own shard"},
};
static const struct evolution waiting_events[] = {
    {&common__message_waits__descriptor, NULL, "its predecessor has not arrived"},
    {&common__message_resumed__descriptor, NULL, "the predecessor came; decided"},
};

static const struct stream_kind kinds[] = {
    {.code = KIND_PARKED, .name = "parked", .evolutions = parked_events, .n_evolutions = 3},
    {.code = KIND_HANDOVER, .name = "handover", .evolutions = handover_events, .n_evolutions = 1},
    {.code = KIND_HANDOVER_TAKEN, .name = "handover_taken", .evolutions = taken_events, .n_evolutions = 1},
    {.code = KIND_WAITING, .name = "waiting", .evolutions = waiting_events, .n_evolutions = 2},
};
enum { N_KINDS = sizeof kinds / sizeof *kinds };

const struct stream_kind *house_kinds(size_t *n)
{
    *n = N_KINDS;
    return kinds;
}

const struct stream_kind *house_kind(int code)
{
    return code >= KIND_PARKED && code < KIND_PARKED + N_KINDS ? &kinds[code - KIND_PARKED] : NULL;
}

const struct stream_kind *house_kind_named(const char *name)
{
    for (size_t i = 0; i < N_KINDS; i++)
        if (!strcmp(kinds[i].name, name))
            return &kinds[i];
    return NULL;
}

const ProtobufCMessageDescriptor *house_event(const char *type)
{
    for (size_t i = 0; i < N_KINDS; i++) {
        const struct evolution *evolution = model_evolution(&kinds[i], type);
        if (evolution)
            return evolution->event;
    }
    return strcmp(type, common__epoch_adopted__descriptor.name) ? NULL : &common__epoch_adopted__descriptor;
}
