/* SPDX-License-Identifier: Apache-2.0
 * Message field: reading and setting any field of any message through protobuf-c's descriptors. The
 * one place that knows offsets and quantifiers, so that JSON, stories, copies and checks cannot
 * disagree about them. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "common/base/arena.h"
#include "common/base/error.h"

/* By its name in the .proto file; NULL if there is none. */
const ProtobufCFieldDescriptor *message_field(const ProtobufCMessageDescriptor *descriptor,
                                              const char *name);
/* The same for a name that is a slice; also accepts the lowerCamelCase name when `json` is set. */
const ProtobufCFieldDescriptor *message_field_slice(const ProtobufCMessageDescriptor *descriptor,
                                                    const char *name, size_t size, bool json);
/* The lowerCamelCase name of the proto3 JSON mapping, cut to fit `size`; returns its length. */
size_t message_field_json_name(const ProtobufCFieldDescriptor *field, char *out, size_t size);

/* protobuf-c shows a map as a repeated entry and drops the map_entry option: it is known by its
 * shape, a message
 * `<Parent>.<FieldName>Entry` of key = 1 and value = 2. */
bool message_field_is_map(const ProtobufCMessageDescriptor *parent,
                          const ProtobufCFieldDescriptor *field);
bool message_field_is_repeated(const ProtobufCFieldDescriptor *field);
bool message_field_is_oneof(const ProtobufCFieldDescriptor *field);

/* Whether the field would be on the wire: a repeated field with elements, a submessage, the chosen
 * member of a oneof, a scalar that differs from its default. */
bool message_field_has(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field);
/* The id of the chosen member of the field's oneof; 0: none. */
uint32_t message_field_case(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field);

/* Bytes of one value in the struct: 4, 8, a pointer, or a ProtobufCBinaryData. */
size_t message_field_width(const ProtobufCFieldDescriptor *field);
size_t message_field_count(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field);
/* Where the value of a singular field, or element `index` of a repeated one, is stored. */
void *message_field_place(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field);
void *message_field_element(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
                            size_t index);
/* The submessage (NULL if absent) of a singular message field. */
ProtobufCMessage *message_field_message(const ProtobufCMessage *message,
                                        const ProtobufCFieldDescriptor *field);

/* Sets the quantifier of a singular field (case of a oneof, has_…), clearing the place if another
 * member of the oneof held it; returns the place, into which the caller then writes the value. */
void *message_field_set(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field);
/* Sets array and count of a repeated field together. */
void message_field_set_array(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
                             void *array, size_t count);
/* Adds one zeroed element to a repeated field and returns its place; NULL if the arena is full.
 * Copies the array. */
void *message_field_append(struct arena *arena, ProtobufCMessage *message,
                           const ProtobufCFieldDescriptor *field);
/* The submessage of a singular message field, made if absent; NULL if the arena is full. */
ProtobufCMessage *message_field_make(struct arena *arena, ProtobufCMessage *message,
                                     const ProtobufCFieldDescriptor *field);

/* A new, empty message; NULL if the arena is full. */
ProtobufCMessage *message_new(struct arena *arena, const ProtobufCMessageDescriptor *descriptor);

/* By number; NULL if the enum does not have it. Not protobuf-c's own look-up, whose ranges overflow
 * at INT_MAX. */
const ProtobufCEnumValue *message_enum_value(const ProtobufCEnumDescriptor *descriptor, int number);
