/* SPDX-License-Identifier: Apache-2.0
 * Schema: the JSON form of a message as JSON Schema 2020-12, by reflection. Private to this room.
 */
#pragma once
#include <jansson.h>
#include <protobuf-c/protobuf-c.h>

/* A {"$ref"} to the message's schema, which is added to `schemas` with everything that it needs. */
json_t *schema_of_message(json_t *schemas, const ProtobufCMessageDescriptor *message);
