/* SPDX-License-Identifier: Apache-2.0 */
#include "services/invoicing/domain/check.h"

#include "common/identity/uuid.h"
#include "services/invoicing/domain/country.h"
#include "services/invoicing/domain/vat_id.h"

enum { CHECK_DAYS_MIN = -25567, CHECK_DAYS_MAX = 376199 }; /* 1900-01-01, 2999-12-31 */

bool check_text(struct fault *fault, const struct place *place, const char *name, const char *text,
                size_t bytes_max, enum text_rule rule)
{
    size_t size = strlen(text);
    if (size > bytes_max)
        return fault_set(fault, &REFUSAL_TEXT_TOO_LONG, place, name, "at most %zu bytes, not %zu",
                         bytes_max, size);
    if (!utf8_valid(bytes_of(text, size), rule))
        return fault_set(fault, &REFUSAL_TEXT_MALFORMED, place, name,
                         "control characters are not text");
    return true;
}

bool check_text_given(struct fault *fault, const struct place *place, const char *name,
                      const char *text, size_t bytes_max, enum text_rule rule)
{
    if (!*text)
        return fault_set(fault, &REFUSAL_FIELD_REQUIRED, place, name, NULL);
    return check_text(fault, place, name, text, bytes_max, rule);
}

bool check_code(struct fault *fault, const struct place *place, const char *name, const char *text)
{
    if (!*text)
        return fault_set(fault, &REFUSAL_FIELD_REQUIRED, place, name, NULL);
    if (strlen(text) > CODE_BYTES_MAX)
        return fault_set(fault, &REFUSAL_TEXT_TOO_LONG, place, name, "at most %d bytes",
                         CODE_BYTES_MAX);
    for (const char *at = text; *at; at++)
        if (!character_is_digit(*at) && !(*at >= 'A' && *at <= 'Z') && *at != '-' && *at != '_' &&
            *at != '.')
            return fault_set(fault, &REFUSAL_TEXT_MALFORMED, place, name,
                             "a code has capital letters, digits, '-', '_' and '.'");
    return true;
}

bool check_id(struct fault *fault, const struct place *place, const char *name, const char *id)
{
    if (!*id)
        return fault_set(fault, &REFUSAL_FIELD_REQUIRED, place, name, NULL);
    struct uuid uuid;
    if (uuid_parse(&uuid, id, NULL) != OK)
        return fault_set(fault, &REFUSAL_ID_MALFORMED, place, name, NULL);
    return true;
}

bool check_country(struct fault *fault, const struct place *place, const char *name,
                   const char *country)
{
    return country_known(country) || fault_set(fault, &REFUSAL_COUNTRY_UNKNOWN, place, name, NULL);
}

bool check_vat_id(struct fault *fault, const struct place *place, const char *name,
                  const char *vat_id)
{
    return !*vat_id || vat_id_well_formed(vat_id) ||
           fault_set(fault, &REFUSAL_VAT_ID_MALFORMED, place, name, NULL);
}

bool check_currency(struct fault *fault, const struct place *place, const char *name,
                    const char *code, struct currency *currency)
{
    return currency_parse(currency, code, NULL) == OK ||
           fault_set(fault, &REFUSAL_CURRENCY_UNKNOWN, place, name, NULL);
}

bool check_date(struct fault *fault, const struct place *place, const char *name,
                const Common__Date *message, struct date *date)
{
    if (!message)
        return fault_set(fault, &REFUSAL_FIELD_REQUIRED, place, name, NULL);
    if (message->days < CHECK_DAYS_MIN || message->days > CHECK_DAYS_MAX)
        return fault_set(fault, &REFUSAL_DATE_OUT_OF_RANGE, place, name, NULL);
    date->days = message->days;
    return true;
}

bool check_period(struct fault *fault, const struct place *place, const Common__Date *start,
                  const Common__Date *end)
{
    struct date first = {0}, after = {0};
    if (!start || !end)
        return fault_set(fault, &REFUSAL_PERIOD_MALFORMED, place,
                         start ? "period_end" : "period_start", "give both or neither");
    return check_date(fault, place, "period_start", start, &first) &&
           check_date(fault, place, "period_end", end, &after) &&
           (first.days < after.days ||
            fault_set(fault, &REFUSAL_PERIOD_MALFORMED, place, "period_end", NULL));
}

bool check_decimal(struct fault *fault, const struct place *place, const char *name,
                   const Common__Decimal *message, struct decimal *decimal)
{
    if (!message)
        return fault_set(fault, &REFUSAL_FIELD_REQUIRED, place, name, NULL);
    return decimal_from_message(decimal, message, DECIMAL_QUANTITY_SCALE_MAX, NULL) == OK ||
           fault_set(fault, &REFUSAL_DECIMAL_OUT_OF_RANGE, place, name, NULL);
}

bool check_money(struct fault *fault, const struct place *place, const char *name,
                 const Common__Money *message, struct currency currency, struct money *money)
{
    if (!message)
        return fault_set(fault, &REFUSAL_FIELD_REQUIRED, place, name, NULL);
    if (!text_equal(message->currency, currency.code))
        return fault_set(fault, &REFUSAL_CURRENCY_MISMATCH, place, name, "the document is in %s",
                         currency.code);
    return check_amount(fault, place, name, money_from_message(money, message, NULL));
}

bool check_sealed(struct fault *fault, const char *name, const Common__Sealed *sealed,
                  const char *subject_id)
{
    if (!sealed || !sealed->ciphertext.len)
        return fault_set(fault, &REFUSAL_FIELD_REQUIRED, NULL, name, NULL);
    return (text_equal(sealed->subject_id, subject_id) && text_equal(sealed->kind, name)) ||
           fault_set(fault, &REFUSAL_SEALED_FOR_ANOTHER, NULL, name, NULL);
}

bool check_amount(struct fault *fault, const struct place *place, const char *name,
                  enum error error)
{
    return error == OK || fault_set(fault, &REFUSAL_AMOUNT_OUT_OF_RANGE, place, name, NULL);
}
