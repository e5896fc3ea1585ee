/* SPDX-License-Identifier: Apache-2.0 */
#include "common/database/parameters.h"

#include <assert.h>
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "common/database/session.h"

/* An array in binary form: dimensions, has-null, item type, then count and lower bound. */
enum { ARRAY_DIMENSIONS_AT = 0, ARRAY_NULL_AT = 4, ARRAY_COUNT_AT = 12, BINARY_START = 256 };
enum { POSTGRES_EPOCH_DAYS = 10957 };
static const int64_t POSTGRES_EPOCH_US = 946684800000000;

bool binary_add(struct binary *binary, const void *bytes, size_t length)
{
    if (length > PARAMETER_BYTES_MAX - binary->used)
        return false;
    if (binary->used + length > binary->size) {
        size_t size = binary->size ? binary->size : BINARY_START;
        while (size < binary->used + length)
            size *= 2;
        uint8_t *grown = realloc(binary->bytes, size);
        if (!grown)
            return false;
        binary->bytes = grown;
        binary->size = size;
    }
    if (length)
        memcpy(binary->bytes + binary->used, bytes, length);
    binary->used += length;
    return true;
}

bool binary_int16(struct binary *binary, int16_t value)
{
    uint16_t big = htobe16((uint16_t)value);
    return binary_add(binary, &big, sizeof big);
}

bool binary_int32(struct binary *binary, int32_t value)
{
    uint32_t big = htobe32((uint32_t)value);
    return binary_add(binary, &big, sizeof big);
}

bool binary_int64(struct binary *binary, int64_t value)
{
    uint64_t big = htobe64((uint64_t)value);
    return binary_add(binary, &big, sizeof big);
}

bool binary_field(struct binary *binary, const void *bytes, size_t length)
{
    if (!bytes)
        return binary_int32(binary, -1);
    return length <= PARAMETER_BYTES_MAX && binary_int32(binary, (int32_t)length) &&
           binary_add(binary, bytes, length);
}

bool date_to_postgres(int32_t days, int32_t *out)
{
    *out = days;
    return days == INT32_MAX || days == INT32_MIN ||
           !__builtin_sub_overflow(days, POSTGRES_EPOCH_DAYS, out);
}

bool timestamp_to_postgres(int64_t at_us, int64_t *out)
{
    *out = at_us;
    return at_us == INT64_MAX || at_us == INT64_MIN ||
           !__builtin_sub_overflow(at_us, POSTGRES_EPOCH_US, out);
}

int32_t date_from_postgres(int32_t days)
{
    bool infinite = days == INT32_MAX || days == INT32_MIN;
    int32_t ours;
    if (infinite || __builtin_add_overflow(days, POSTGRES_EPOCH_DAYS, &ours))
        return days;
    return ours;
}

int64_t timestamp_from_postgres(int64_t at_us)
{
    bool infinite = at_us == INT64_MAX || at_us == INT64_MIN;
    int64_t ours;
    if (infinite || __builtin_add_overflow(at_us, POSTGRES_EPOCH_US, &ours))
        return at_us;
    return ours;
}

static const struct {
    int32_t scalar, array;
} type_ids[] = {
    [SQL_INT16] = {21, 1005},  [SQL_INT32] = {23, 1007},  [SQL_INT64] = {20, 1016},
    [SQL_BOOL] = {16, 1000},   [SQL_TEXT] = {25, 1009},   [SQL_BYTES] = {17, 1001},
    [SQL_UUID] = {2950, 2951}, [SQL_DATE] = {1082, 1182}, [SQL_TIMESTAMP] = {1184, 1185},
};

uint32_t parameter_type_id(const struct array *array)
{
    return (uint32_t)(array->is_array ? type_ids[array->type].array : type_ids[array->type].scalar);
}

size_t parameter_length(const struct array *array)
{
    /* An empty array has no dimension, so its head is shorter. */
    return array->is_array && !array->count ? ARRAY_COUNT_AT : array->binary.used;
}

void parameters_fini(struct parameters *parameters)
{
    for (size_t i = 0; i < PARAMETERS_MAX; i++)
        free(parameters->items[i].binary.bytes);
    *parameters = (struct parameters){0};
}

void parameters_reset(struct parameters *parameters)
{
    parameters->count = 0;
}

static struct array *parameter_next(struct parameters *parameters, enum sql_type type)
{
    assert(parameters->count < PARAMETERS_MAX);
    struct array *item = &parameters->items[parameters->count++];
    struct binary binary = item->binary;
    binary.used = 0;
    *item = (struct array){.binary = binary, .type = type};
    return item;
}

static void failed_unless(struct array *item, bool good, enum error error)
{
    if (!good && !item->error)
        item->error = error;
}

static void scalar_add(struct parameters *parameters, enum sql_type type, const void *bytes,
                       size_t length)
{
    struct array *item = parameter_next(parameters, type);
    item->is_null = !bytes;
    failed_unless(item, !bytes || binary_add(&item->binary, bytes, length), ERR_TOO_LARGE);
}

void parameters_int16(struct parameters *parameters, int16_t value)
{
    uint16_t big = htobe16((uint16_t)value);
    scalar_add(parameters, SQL_INT16, &big, sizeof big);
}

void parameters_int32(struct parameters *parameters, int32_t value)
{
    uint32_t big = htobe32((uint32_t)value);
    scalar_add(parameters, SQL_INT32, &big, sizeof big);
}

void parameters_int64(struct parameters *parameters, int64_t value)
{
    uint64_t big = htobe64((uint64_t)value);
    scalar_add(parameters, SQL_INT64, &big, sizeof big);
}

void parameters_bool(struct parameters *parameters, bool value)
{
    uint8_t byte = value;
    scalar_add(parameters, SQL_BOOL, &byte, 1);
}

void parameters_text(struct parameters *parameters, const char *text)
{
    scalar_add(parameters, SQL_TEXT, text, text ? strlen(text) : 0);
}

void parameters_text_view(struct parameters *parameters, const char *text, size_t length)
{
    scalar_add(parameters, SQL_TEXT, text, length);
}

void parameters_bytes(struct parameters *parameters, const void *bytes, size_t length)
{
    scalar_add(parameters, SQL_BYTES, bytes, length);
}

void parameters_uuid(struct parameters *parameters, struct uuid uuid)
{
    scalar_add(parameters, SQL_UUID, uuid.b, sizeof uuid.b);
}

void parameters_date(struct parameters *parameters, int32_t days)
{
    int32_t theirs;
    bool good = date_to_postgres(days, &theirs);
    uint32_t big = htobe32((uint32_t)theirs);
    scalar_add(parameters, SQL_DATE, &big, sizeof big);
    failed_unless(&parameters->items[parameters->count - 1], good, ERR_RANGE);
}

void parameters_timestamp(struct parameters *parameters, int64_t at_us)
{
    int64_t theirs;
    bool good = timestamp_to_postgres(at_us, &theirs);
    uint64_t big = htobe64((uint64_t)theirs);
    scalar_add(parameters, SQL_TIMESTAMP, &big, sizeof big);
    failed_unless(&parameters->items[parameters->count - 1], good, ERR_RANGE);
}

void parameters_null(struct parameters *parameters, enum sql_type type)
{
    scalar_add(parameters, type, NULL, 0);
}

struct array *parameters_array(struct parameters *parameters, enum sql_type type)
{
    struct array *array = parameter_next(parameters, type);
    array->is_array = true;
    const int32_t head[] = {0, 0, type_ids[type].scalar, 0, 1};
    for (size_t i = 0; i < sizeof head / sizeof *head; i++)
        failed_unless(array, binary_int32(&array->binary, head[i]), ERR_TOO_LARGE);
    return array;
}

static void item_add(struct array *array, enum sql_type type, const void *bytes, size_t length)
{
    assert(array->is_array && array->type == type);
    if (array->error)
        return;
    failed_unless(array, binary_field(&array->binary, bytes, length), ERR_TOO_LARGE);
    if (array->error)
        return;
    uint32_t count = htobe32(++array->count);
    memcpy(array->binary.bytes + ARRAY_COUNT_AT, &count, sizeof count);
    array->binary.bytes[ARRAY_DIMENSIONS_AT + 3] = 1;
    if (!bytes)
        array->binary.bytes[ARRAY_NULL_AT + 3] = 1;
}

void array_int16(struct array *array, int16_t value)
{
    uint16_t big = htobe16((uint16_t)value);
    item_add(array, SQL_INT16, &big, sizeof big);
}

void array_int32(struct array *array, int32_t value)
{
    uint32_t big = htobe32((uint32_t)value);
    item_add(array, SQL_INT32, &big, sizeof big);
}

void array_int64(struct array *array, int64_t value)
{
    uint64_t big = htobe64((uint64_t)value);
    item_add(array, SQL_INT64, &big, sizeof big);
}

void array_bool(struct array *array, bool value)
{
    uint8_t byte = value;
    item_add(array, SQL_BOOL, &byte, 1);
}

void array_text(struct array *array, const char *text)
{
    item_add(array, SQL_TEXT, text, text ? strlen(text) : 0);
}

void array_text_view(struct array *array, const char *text, size_t length)
{
    item_add(array, SQL_TEXT, text, length);
}

void array_bytes(struct array *array, const void *bytes, size_t length)
{
    item_add(array, SQL_BYTES, bytes, length);
}

void array_uuid(struct array *array, struct uuid uuid)
{
    item_add(array, SQL_UUID, uuid.b, sizeof uuid.b);
}

void array_date(struct array *array, int32_t days)
{
    int32_t theirs;
    failed_unless(array, date_to_postgres(days, &theirs), ERR_RANGE);
    uint32_t big = htobe32((uint32_t)theirs);
    item_add(array, SQL_DATE, &big, sizeof big);
}

void array_timestamp(struct array *array, int64_t at_us)
{
    int64_t theirs;
    failed_unless(array, timestamp_to_postgres(at_us, &theirs), ERR_RANGE);
    uint64_t big = htobe64((uint64_t)theirs);
    item_add(array, SQL_TIMESTAMP, &big, sizeof big);
}

void array_null(struct array *array)
{
    item_add(array, array->type, NULL, 0);
}
