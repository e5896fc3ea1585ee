/* SPDX-License-Identifier: Apache-2.0 */
#include "common/http/schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/wire/json.h"
#include "common/wire/message_field.h"

enum { NAME_MAX_BYTES = 256 };

/* json_pack over constants cannot fail but for memory. */
static json_t *must(json_t *value)
{
    if (!value)
        abort();
    return value;
}

static json_t *reference(const char *name)
{
    return must(json_pack("{s:s+}", "$ref", "#/components/schemas/", name));
}

static json_t *schema_of_enum(json_t *schemas, const ProtobufCEnumDescriptor *type)
{
    if (!json_object_get(schemas, type->name)) {
        json_t *names = json_array();
        for (unsigned i = 0; i < type->n_values; i++)
            json_array_append_new(names, json_string(type->values[i].name));
        json_object_set_new(schemas, type->name,
                            must(json_pack("{s:s, s:o}", "type", "string", "enum", names)));
    }
    return reference(type->name);
}

static json_t *schema_of_value(json_t *schemas, const ProtobufCFieldDescriptor *field)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
        return must(json_pack("{s:s, s:s}", "type", "integer", "format", "int32"));
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
        return must(json_pack("{s:s, s:i, s:I}", "type", "integer", "minimum", 0, "maximum",
                              (json_int_t)UINT32_MAX));
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
        return must(json_pack("{s:s, s:s, s:s}", "type", "string", "format", "int64", "pattern",
                              "^-?[0-9]+$"));
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        return must(json_pack("{s:s, s:s, s:s}", "type", "string", "format", "uint64", "pattern",
                              "^[0-9]+$"));
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_DOUBLE:
        return must(json_pack("{s:s}", "type", "number"));
    case PROTOBUF_C_TYPE_BOOL:
        return must(json_pack("{s:s}", "type", "boolean"));
    case PROTOBUF_C_TYPE_STRING:
        return must(json_pack("{s:s}", "type", "string"));
    case PROTOBUF_C_TYPE_BYTES:
        return must(json_pack("{s:s, s:s}", "type", "string", "contentEncoding", "base64"));
    case PROTOBUF_C_TYPE_ENUM:
        return schema_of_enum(schemas, field->descriptor);
    case PROTOBUF_C_TYPE_MESSAGE:
        return schema_of_message(schemas, field->descriptor);
    }
    abort();
}

static json_t *schema_of_field(json_t *schemas, const ProtobufCMessageDescriptor *message,
                               const ProtobufCFieldDescriptor *field)
{
    const ProtobufCMessageDescriptor *entry = field->descriptor;
    if (message_field_is_map(message, field))
        return must(json_pack("{s:s, s:o}", "type", "object", "additionalProperties",
                              schema_of_value(schemas, &entry->fields[1])));
    json_t *value = schema_of_value(schemas, field);
    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        return must(json_pack("{s:s, s:o}", "type", "array", "items", value));
    return value;
}

/* Of the fields that share a case at most one may be there. */
static json_t *schema_of_oneof(const ProtobufCMessageDescriptor *message, unsigned case_offset)
{
    json_t *choices = json_array(), *any = json_array();
    for (unsigned i = 0; i < message->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->fields[i];
        if (!(field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) ||
            field->quantifier_offset != case_offset)
            continue;
        char name[NAME_MAX_BYTES];
        message_field_json_name(field, name, sizeof name);
        json_t *here = must(json_pack("{s:[s]}", "required", name));
        json_array_append(any, here);
        json_array_append_new(choices, here);
    }
    json_array_append_new(choices, must(json_pack("{s:{s:o}}", "not", "anyOf", any)));
    return must(json_pack("{s:o}", "oneOf", choices));
}

static void oneofs_add(json_t *schema, const ProtobufCMessageDescriptor *message)
{
    json_t *all = json_array();
    for (unsigned i = 0; i < message->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->fields[i];
        if (!(field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF))
            continue;
        bool seen = false;
        for (unsigned k = 0; k < i; k++)
            seen |= (message->fields[k].flags & PROTOBUF_C_FIELD_FLAG_ONEOF) &&
                    message->fields[k].quantifier_offset == field->quantifier_offset;
        if (!seen)
            json_array_append_new(all, schema_of_oneof(message, field->quantifier_offset));
    }
    if (json_array_size(all))
        json_object_set(schema, "allOf", all);
    json_decref(all);
}

json_t *schema_of_message(json_t *schemas, const ProtobufCMessageDescriptor *message)
{
    const char *own_form = json_schema(message);
    if (own_form) {
        /* "billing.common.v1.Money" is simply Money. */
        const char *name = strrchr(message->name, '.') + 1;
        if (!json_object_get(schemas, name))
            json_object_set_new(schemas, name, must(json_loads(own_form, 0, NULL)));
        return reference(name);
    }
    if (!json_object_get(schemas, message->name)) {
        json_t *schema = must(json_pack("{s:s}", "type", "object"));
        json_t *properties = json_object();
        /* Added before its fields are looked at, so that a type met again on the way down ends
         * there. */
        json_object_set_new(schemas, message->name, schema);
        for (unsigned i = 0; i < message->n_fields; i++) {
            char name[NAME_MAX_BYTES];
            message_field_json_name(&message->fields[i], name, sizeof name);
            json_object_set_new(properties, name,
                                schema_of_field(schemas, message, &message->fields[i]));
        }
        json_object_set_new(schema, "properties", properties);
        oneofs_add(schema, message);
    }
    return reference(message->name);
}
