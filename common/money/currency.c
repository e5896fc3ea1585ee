/* SPDX-License-Identifier: Apache-2.0 */
#include "common/money/currency.h"

#include <assert.h>
#include <string.h>

static const struct currency_entry table[] = {
#include "common/money/currency_table.inc"
};

enum { TABLE_COUNT = sizeof table / sizeof *table };

static const struct currency_entry *entry_find(const char code[4])
{
    size_t low = 0, high = TABLE_COUNT;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = memcmp(code, table[middle].code, 4);
        if (order == 0)
            return &table[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

static const struct currency_entry *entry_of(struct currency currency)
{
    const struct currency_entry *entry = entry_find(currency.code);
    assert(entry && entry->exponent >= 0);
    return entry;
}

enum error currency_parse(struct currency *currency, const char *code, struct problem *problem)
{
    struct currency read = {0};
    const struct currency_entry *entry = NULL;
    if (strlen(code) == 3) {
        memcpy(read.code, code, 3);
        entry = entry_find(read.code);
    }
    if (!entry)
        return problem_set(problem, ERR_MALFORMED, NULL, "ISO 4217",
                           "not an active currency: three capital letters such as EUR");
    if (entry->exponent < 0)
        return problem_set(problem, ERR_MALFORMED, NULL, "ISO 4217",
                           "%s has no minor unit, so no amounts are kept in it", read.code);
    *currency = read;
    return OK;
}

unsigned currency_exponent(struct currency currency)
{
    return (unsigned)entry_of(currency)->exponent;
}

unsigned currency_numeric(struct currency currency)
{
    return (unsigned)entry_of(currency)->numeric;
}

long currency_unit_minor(struct currency currency)
{
    static const long powers[] = {1, 10, 100, 1000, 10000};
    return powers[currency_exponent(currency)];
}

bool currency_equal(struct currency left, struct currency right)
{
    return memcmp(left.code, right.code, sizeof left.code) == 0;
}

const struct currency_entry *currency_table(size_t *count)
{
    *count = TABLE_COUNT;
    return table;
}
