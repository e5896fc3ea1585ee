/* SPDX-License-Identifier: Apache-2.0 */
#include "services/payments/formats/camt_message.h"

#include <stdio.h>
#include <string.h>

#include "common/base/text.h"

enum { VERSION_MAX = 14 };

static const struct {
    const char *element, *format;
    bool is_read;
} containers[] = {
    {"BkToCstmrStmt", "camt.053", true},
    {"BkToCstmrAcctRpt", "camt.052", false},
    {"BkToCstmrDbtCdtNtfctn", "camt.054", false},
};

void camt_namespace_keep(char kept[STATEMENT_FORMAT_SIZE], const char *uri)
{
    const char *last = uri ? strrchr(uri, ':') : NULL;
    if (!last)
        return;
    size_t length = strspn(last + 1, "abcdefghijklmnopqrstuvwxyz0123456789.");
    if (length == 0 || length >= STATEMENT_FORMAT_SIZE)
        return;
    memcpy(kept, last + 1, length);
    kept[length] = '\0';
}

/* Two digits behind "camt.053.001."; a national variant may add to them. */
static bool version_is_read(const char *format)
{
    static const char start[] = "camt.053.001.";
    if (!text_starts_with(format, start))
        return true;
    const char *digits = format + strlen(start);
    if (!character_is_digit(digits[0]) || !character_is_digit(digits[1]))
        return true;
    int version = (digits[0] - '0') * 10 + (digits[1] - '0');
    return version >= 1 && version <= VERSION_MAX;
}

bool camt_container_recognise(const char *element, const char kept[STATEMENT_FORMAT_SIZE],
                              char format[STATEMENT_FORMAT_SIZE], bool *is_read)
{
    for (size_t i = 0; i < sizeof containers / sizeof *containers; i++) {
        const char *name = containers[i].element;
        if (!text_starts_with(element, name))
            continue;
        const char *rest = element + strlen(name);
        if (*rest != '\0' && !text_equal(rest, "V01")) /* version 1 writes it into the element */
            continue;
        bool agrees = text_starts_with(kept, containers[i].format);
        snprintf(format, STATEMENT_FORMAT_SIZE, "%s", agrees ? kept : containers[i].format);
        *is_read = containers[i].is_read && version_is_read(format);
        return true;
    }
    return false;
}
