/* SPDX-License-Identifier: Apache-2.0 */
#include "services/payments/domain/check.h"

#include "common/identity/uuid.h"
#include "services/payments/domain/refusals.h"

enum { CHECK_DAYS_MIN = -25567, CHECK_DAYS_MAX = 376199 }; /* 1900-01-01, 2999-12-31 */

static bool refuse(struct deciding *deciding, const struct refusal *refusal, const char *field)
{
    deciding_refuse(deciding, refusal, field, NULL);
    return false;
}

bool check_id(struct deciding *deciding, const char *field, const char *id)
{
    struct uuid uuid;
    if (!*id)
        return refuse(deciding, &REFUSAL_FIELD_REQUIRED, field);
    return uuid_parse(&uuid, id, NULL) == OK || refuse(deciding, &REFUSAL_ID_MALFORMED, field);
}

bool check_text(struct deciding *deciding, const char *field, const char *text, size_t bytes_max)
{
    struct bytes bytes = bytes_of_text(text);
    if (bytes.size > bytes_max) {
        deciding_refuse(deciding, &REFUSAL_TEXT_TOO_LONG, field, "at most %zu bytes, not %zu",
                        bytes_max, bytes.size);
        return false;
    }
    return utf8_valid(bytes, TEXT_NO_CONTROL) || refuse(deciding, &REFUSAL_TEXT_MALFORMED, field);
}

bool check_text_given(struct deciding *deciding, const char *field, const char *text,
                      size_t bytes_max)
{
    if (!*text)
        return refuse(deciding, &REFUSAL_FIELD_REQUIRED, field);
    return check_text(deciding, field, text, bytes_max);
}

bool check_texts(struct deciding *deciding, const char *field, char *const *texts, size_t n)
{
    if (n > CHECK_REFERENCES_MAX) {
        deciding_refuse(deciding, &REFUSAL_TOO_MANY_ELEMENTS, field, "at most %d, not %zu",
                        CHECK_REFERENCES_MAX, n);
        return false;
    }
    for (size_t i = 0; i < n; i++)
        if (!check_text_given(deciding, field, texts[i], CHECK_REFERENCE_BYTES_MAX))
            return false;
    return true;
}

bool check_money(struct deciding *deciding, const char *field, const Common__Money *message,
                 struct money *money)
{
    if (!message)
        return refuse(deciding, &REFUSAL_FIELD_REQUIRED, field);
    return money_from_message(money, message, NULL) == OK ||
           refuse(deciding, &REFUSAL_CURRENCY_UNKNOWN, field);
}

bool check_date(struct deciding *deciding, const char *field, const Common__Date *message)
{
    if (!message)
        return refuse(deciding, &REFUSAL_FIELD_REQUIRED, field);
    bool within = message->days >= CHECK_DAYS_MIN && message->days <= CHECK_DAYS_MAX;
    return within || refuse(deciding, &REFUSAL_DATE_OUT_OF_RANGE, field);
}

bool check_sealed(struct deciding *deciding, const char *field, const Common__Sealed *sealed,
                  const char *subject_id, const char *kind)
{
    if (!sealed)
        return true;
    return (text_equal(sealed->subject_id, subject_id) && text_equal(sealed->kind, kind)) ||
           refuse(deciding, &REFUSAL_SEALED_FOR_ANOTHER, field);
}
