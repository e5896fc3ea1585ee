/* SPDX-License-Identifier: Apache-2.0 */
#include "common/wire/scalar.h"

#include "common/money/calendar.h"
#include "common/money/money.h"
#include "common/wire/base64.h"
#include "common/wire/message.h"
#include "common/wire/scalar_time.h"

/* ---- money ---- */

static bool money_of_message(struct money *money, const ProtobufCMessage *message)
{
    return money_from_message(money, (const Common__Money *)message, NULL) == OK;
}

static bool money_print(struct arena_buffer *out, const ProtobufCMessage *message)
{
    struct money money;
    char text[MONEY_TEXT_SIZE];
    if (!money_of_message(&money, message))
        return false;
    money_format(text, money);
    arena_buffer_put_text(out, text);
    return true;
}

static enum error money_store(struct arena *arena, ProtobufCMessage *message, struct money money)
{
    Common__Money *to = (Common__Money *)message;
    to->currency = arena_copy_text(arena, money.currency.code);
    to->minor = money.minor; /* raw: the message is the wire's form of the amount */
    return to->currency ? OK : ERR_TOO_LARGE;
}

static enum error money_parse_text(struct arena *arena, ProtobufCMessage *message, const char *text,
                                   struct problem *problem)
{
    struct money money;
    enum error error = money_parse(&money, text, problem);
    return error == OK ? money_store(arena, message, money) : error;
}

static bool money_write_json(struct json_writer *writer, const ProtobufCMessage *message)
{
    struct money money;
    char amount[MONEY_TEXT_SIZE];
    if (!money_of_message(&money, message))
        return false;
    money_format_amount(amount, money);
    json_write_member(writer, true, "currency", money.currency.code);
    json_write_member(writer, false, "amount", amount);
    json_write_member_end(writer);
    return true;
}

static enum error money_read_json(struct json_reader *reader, ProtobufCMessage *message)
{
    static const char *const names[] = {"currency", "amount"};
    static const char remedy[] =
        "write money as {\"currency\": \"EUR\", \"amount\": \"1234.56\"}, both as strings";
    const char *texts[2];
    struct problem inner = {0};
    struct currency currency;
    struct money money;
    enum error error = json_read_members(reader, remedy, names, texts, 2);
    if (error != OK)
        return error;
    struct message_path path = {.parent = reader->cursor.path, .name = "currency"};
    error = currency_parse(&currency, texts[0], &inner);
    if (error == OK) {
        path.name = "amount";
        error = money_parse_amount(&money, texts[1], currency, &inner);
    }
    if (error != OK)
        return message_path_problem(reader->cursor.problem, error, &path, inner.rule, "%s",
                                    inner.detail);
    error = money_store(reader->cursor.arena, message, money);
    return error == OK ? OK : json_cursor_full(&reader->cursor);
}

/* ---- decimal and date ---- */

static bool decimal_print(struct arena_buffer *out, const ProtobufCMessage *message)
{
    struct decimal decimal;
    char text[DECIMAL_TEXT_SIZE];
    if (decimal_from_message(&decimal, (const Common__Decimal *)message, DECIMAL_SCALE_MAX, NULL) !=
        OK)
        return false;
    decimal_format(text, decimal);
    arena_buffer_put_text(out, text);
    return true;
}

static enum error decimal_parse_text(struct arena *arena, ProtobufCMessage *message,
                                     const char *text, struct problem *problem)
{
    struct decimal decimal;
    (void)arena;
    enum error error = decimal_parse(&decimal, text, DECIMAL_SCALE_MAX, problem);
    if (error != OK)
        return error;
    Common__Decimal *to = (Common__Decimal *)message;
    to->unscaled = decimal.unscaled;
    to->scale = decimal.scale;
    return OK;
}

static bool date_print(struct arena_buffer *out, const ProtobufCMessage *message)
{
    struct date date;
    char text[DATE_TEXT_SIZE];
    if (date_from_message(&date, (const Common__Date *)message, NULL) != OK)
        return false;
    date_format(text, date);
    arena_buffer_put_text(out, text);
    return true;
}

static enum error date_parse_text(struct arena *arena, ProtobufCMessage *message, const char *text,
                                  struct problem *problem)
{
    struct date date;
    (void)arena;
    enum error error = date_parse(&date, text, problem);
    if (error == OK)
        ((Common__Date *)message)->days = date.days;
    return error;
}

/* ---- personal data ---- */

static const char sealed_prefix[] = "sealed:";

static bool sealed_put(struct arena_buffer *out, const ProtobufCMessage *message)
{
    size_t size = protobuf_c_message_get_packed_size(message);
    uint8_t *packed = arena_get(out->arena, size + 1);
    if (!packed) {
        out->failed = true;
        return true;
    }
    protobuf_c_message_pack(message, packed);
    arena_buffer_put_base64(out, packed, size);
    return true;
}

static bool sealed_print(struct arena_buffer *out, const ProtobufCMessage *message)
{
    arena_buffer_put_text(out, sealed_prefix);
    return sealed_put(out, message);
}

static enum error sealed_unpack(struct arena *arena, ProtobufCMessage *message, const char *base64,
                                struct problem *problem)
{
    ProtobufCBinaryData packed;
    ProtobufCMessage *unpacked;
    if (!base64_parse(arena, base64, strlen(base64), &packed))
        return problem_set(problem, ERR_MALFORMED, NULL, "RFC 4648",
                           "sealed data is the base64 of a packed message");
    enum error error = message_unpack(arena, message->descriptor, packed.data, packed.len, NULL,
                                      &unpacked, problem);
    if (error == OK)
        memcpy(message, unpacked, message->descriptor->sizeof_message);
    return error;
}

static enum error sealed_parse(struct arena *arena, ProtobufCMessage *message, const char *text,
                               struct problem *problem)
{
    size_t length = sizeof sealed_prefix - 1;
    if (strncmp(text, sealed_prefix, length) != 0)
        return problem_set(problem, ERR_MALFORMED, NULL, "COL-20",
                           "personal data must be sealed: write sealed: and its base64");
    return sealed_unpack(arena, message, text + length, problem);
}

/* Plain text that waits for its seal: only the canonical form of a request holds such. Known by
 * the address of its kind, which nobody can send. */
static const char open_kind[] = "open";

static bool is_open(const Common__Sealed *sealed)
{
    return sealed->kind == open_kind;
}

static bool sealed_write_json(struct json_writer *writer, const ProtobufCMessage *message)
{
    const Common__Sealed *sealed = (const Common__Sealed *)message;
    const struct json_options *options = writer->options;
    if (writer->open && is_open(sealed)) {
        arena_buffer_put_quoted(writer->out, (const char *)sealed->ciphertext.data,
                                sealed->ciphertext.len);
    } else if (!writer->open && options->reveal) {
        const char *plain = options->reveal(options->context, sealed);
        plain = plain ? plain : "[erased]";
        arena_buffer_put_quoted(writer->out, plain, strlen(plain));
    } else {
        struct arena_buffer base64 = {.arena = writer->out->arena};
        sealed_put(&base64, message);
        const char *text = arena_buffer_text(&base64);
        writer->out->failed |= !text;
        json_write_member(writer, true, "sealed", text ? text : "");
        json_write_member_end(writer);
    }
    return true;
}

static enum error sealed_seal(struct json_reader *reader, Common__Sealed *sealed)
{
    struct json_cursor *cursor = &reader->cursor;
    const struct json_options *options = reader->options;
    char field[sizeof cursor->problem->field];
    const char *text;
    size_t size;
    enum error error = json_cursor_string(cursor, &text, &size);
    if (error != OK)
        return error;
    if (reader->open) {
        sealed->kind = open_kind;
        sealed->ciphertext = (ProtobufCBinaryData){size, (uint8_t *)text};
        return OK;
    }
    if (!options->seal)
        return json_cursor_problem(cursor, ERR_MALFORMED, "personal data must be sealed");
    struct problem inner = {0};
    message_path_print(cursor->path, field, sizeof field);
    error = options->seal(options->context, cursor->arena, field, text, sealed, &inner);
    if (error != OK)
        return message_path_problem(cursor->problem, error, cursor->path, inner.rule, "%s",
                                    *inner.detail ? inner.detail : error_text(error));
    return OK;
}

static enum error sealed_read_json(struct json_reader *reader, ProtobufCMessage *message)
{
    static const char *const names[] = {"sealed"};
    struct json_cursor *cursor = &reader->cursor;
    const char *text;
    struct problem inner = {0};
    if (json_cursor_peek(cursor) == JSON_KIND_STRING)
        return sealed_seal(reader, (Common__Sealed *)message);
    if (reader->options->seal && !reader->options->accept_sealed && !reader->open)
        return json_cursor_problem(cursor, ERR_MALFORMED,
                                   "write personal data as plain text; sealing it is our part");
    enum error error =
        json_read_members(reader, "write sealed data as {\"sealed\": base64}", names, &text, 1);
    if (error == OK) {
        error = sealed_unpack(cursor->arena, message, text, &inner);
        if (error != OK)
            error = json_cursor_problem(cursor, error, inner.detail);
    }
    return error;
}

/* ---- the wrappers of protobuf: the value alone ---- */

static bool wrapper_write(struct json_writer *writer, const ProtobufCMessage *message)
{
    const ProtobufCFieldDescriptor *value = &message->descriptor->fields[0];
    json_write_value(writer, value, message_field_place(message, value));
    return true;
}

static enum error wrapper_read(struct json_reader *reader, ProtobufCMessage *message)
{
    const ProtobufCFieldDescriptor *value = &message->descriptor->fields[0];
    return json_read_value(reader, value, message_field_place(message, value));
}

/* ---- what our contracts must not use ---- */

static bool refused_write(struct json_writer *writer, const ProtobufCMessage *message)
{
    (void)message;
    writer->error = ERR_UNSUPPORTED;
    return true;
}

static enum error refused_read(struct json_reader *reader, ProtobufCMessage *message)
{
    return message_path_problem(reader->cursor.problem, ERR_UNSUPPORTED, reader->cursor.path,
                                "JSON", "%s has no JSON form here", message->descriptor->name);
}

#define OURS "billing.common.v1."
#define GOOGLE "google.protobuf."
#define WRAPPER(name, wrapped)                                                                     \
    {                                                                                              \
        .type = GOOGLE name "Value", .write = wrapper_write, .read = wrapper_read,                 \
        .schema = wrapped                                                                          \
    }
#define REFUSED(name)                                                                              \
    {                                                                                              \
        .type = GOOGLE name, .write = refused_write, .read = refused_read                          \
    }

static const struct scalar scalars[] = {
    {.type = OURS "Money",
     .own = true,
     .print = money_print,
     .parse = money_parse_text,
     .write = money_write_json,
     .read = money_read_json,
     .schema = "{\"type\":\"object\",\"required\":[\"currency\",\"amount\"],"
               "\"additionalProperties\":false,\"properties\":{"
               "\"currency\":{\"type\":\"string\",\"pattern\":\"^[A-Z]{3}$\"},"
               "\"amount\":{\"type\":\"string\",\"pattern\":\"^-?[0-9]+(\\\\.[0-9]+)?$\"}}}"},
    {.type = OURS "Decimal",
     .own = true,
     .print = decimal_print,
     .parse = decimal_parse_text,
     .schema = "{\"type\":\"string\",\"pattern\":\"^-?[0-9]+(\\\\.[0-9]{1,10})?$\"}"},
    {.type = OURS "Date",
     .own = true,
     .print = date_print,
     .parse = date_parse_text,
     .schema = "{\"type\":\"string\",\"format\":\"date\"}"},
    {.type = OURS "Sealed",
     .own = true,
     .print = sealed_print,
     .parse = sealed_parse,
     .write = sealed_write_json,
     .read = sealed_read_json,
     .schema = "{\"oneOf\":[{\"type\":\"string\"},{\"type\":\"object\",\"required\":[\"sealed\"],"
               "\"properties\":{\"sealed\":{\"type\":\"string\",\"format\":\"byte\"}}}]}"},
    {.type = GOOGLE "Timestamp",
     .print = timestamp_print,
     .parse = timestamp_parse,
     .schema = "{\"type\":\"string\",\"format\":\"date-time\"}"},
    {.type = GOOGLE "Duration",
     .print = duration_print,
     .parse = duration_parse,
     .schema = "{\"type\":\"string\",\"pattern\":\"^-?[0-9]+(\\\\.[0-9]{1,9})?s$\"}"},
    WRAPPER("Double", "{\"type\":\"number\"}"),
    WRAPPER("Float", "{\"type\":\"number\"}"),
    WRAPPER("Int64", "{\"type\":\"string\",\"format\":\"int64\"}"),
    WRAPPER("UInt64", "{\"type\":\"string\",\"format\":\"uint64\"}"),
    WRAPPER("Int32", "{\"type\":\"integer\",\"format\":\"int32\"}"),
    WRAPPER("UInt32", "{\"type\":\"integer\",\"format\":\"uint32\"}"),
    WRAPPER("Bool", "{\"type\":\"boolean\"}"),
    WRAPPER("String", "{\"type\":\"string\"}"),
    WRAPPER("Bytes", "{\"type\":\"string\",\"format\":\"byte\"}"),
    REFUSED("Any"),
    REFUSED("Struct"),
    REFUSED("Value"),
    REFUSED("ListValue"),
    REFUSED("FieldMask"),
};

const struct scalar *scalar_find(const ProtobufCMessageDescriptor *descriptor)
{
    bool ours = strcmp(descriptor->package_name, "billing.common.v1") == 0;
    if (!ours && strcmp(descriptor->package_name, "google.protobuf") != 0)
        return NULL;
    for (size_t i = 0; i < sizeof scalars / sizeof *scalars; i++)
        if (strcmp(scalars[i].type, descriptor->name) == 0)
            return &scalars[i];
    return NULL;
}

const char *json_schema(const ProtobufCMessageDescriptor *descriptor)
{
    const struct scalar *scalar = scalar_find(descriptor);
    return scalar ? scalar->schema : NULL;
}
