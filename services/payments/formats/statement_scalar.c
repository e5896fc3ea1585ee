/* SPDX-License-Identifier: Apache-2.0 */
#include "services/payments/formats/statement_scalar.h"

#include <string.h>

#include "common/base/text.h"
#include "common/base/time.h"

/* The parts of an xs:decimal: no zeros in front of the whole part, none behind the fraction. */
struct lexical_decimal {
    bool negative;
    const char *whole, *fraction;
    size_t whole_length, fraction_length;
};

static size_t digits_count(const char *text)
{
    size_t count = 0;
    while (character_is_digit(text[count]))
        count++;
    return count;
}

static bool decimal_split(struct lexical_decimal *decimal, const char *text)
{
    *decimal = (struct lexical_decimal){.negative = *text == '-'};
    if (*text == '-' || *text == '+')
        text++;
    decimal->whole = text;
    decimal->whole_length = digits_count(text);
    text += decimal->whole_length;
    if (*text == '.') {
        decimal->fraction = text + 1;
        decimal->fraction_length = digits_count(text + 1);
        text = decimal->fraction + decimal->fraction_length;
    }
    if (*text != '\0' || decimal->whole_length + decimal->fraction_length == 0)
        return false;

    while (decimal->whole_length > 0 && *decimal->whole == '0')
        decimal->whole++, decimal->whole_length--;
    while (decimal->fraction_length > 0 && decimal->fraction[decimal->fraction_length - 1] == '0')
        decimal->fraction_length--;
    return true;
}

static bool digits_append(int64_t *value, const char *digits, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (__builtin_mul_overflow(*value, 10, value) ||
            __builtin_add_overflow(*value, digits[i] - '0', value))
            return false;
    return true;
}

enum scalar_verdict scalar_read_amount(struct money *money, const char *text,
                                       const char *currency_code)
{
    struct lexical_decimal decimal;
    if (!decimal_split(&decimal, text))
        return SCALAR_MALFORMED;

    struct currency currency;
    if (!currency_code || currency_parse(&currency, currency_code, NULL) != OK)
        return SCALAR_NOT_REPRESENTABLE;
    if (decimal.fraction_length > DECIMAL_SCALE_MAX)
        return SCALAR_NOT_REPRESENTABLE;

    int64_t unscaled = 0;
    if (!digits_append(&unscaled, decimal.whole, decimal.whole_length) ||
        !digits_append(&unscaled, decimal.fraction, decimal.fraction_length))
        return SCALAR_NOT_REPRESENTABLE;
    struct decimal exact =
        decimal_of(decimal.negative ? -unscaled : unscaled, (uint32_t)decimal.fraction_length);
    return money_from_decimal(money, exact, currency, NULL) == OK ? SCALAR_READ
                                                                  : SCALAR_NOT_REPRESENTABLE;
}

static bool number_take(int *number, const char **text, size_t digits)
{
    *number = 0;
    for (size_t i = 0; i < digits; i++) {
        if (!character_is_digit((*text)[i]))
            return false;
        *number = *number * 10 + ((*text)[i] - '0');
    }
    *text += digits;
    return true;
}

static bool character_take(const char **text, char expected)
{
    if (**text != expected)
        return false;
    (*text)++;
    return true;
}

static bool date_take(struct date *date, const char **text)
{
    int year = 0, month = 0, day = 0;
    return number_take(&year, text, 4) && character_take(text, '-') &&
           number_take(&month, text, 2) && character_take(text, '-') &&
           number_take(&day, text, 2) && date_make(date, year, month, day, NULL) == OK;
}

/* "Z", "+02:00" or nothing, to the end of the text. */
static bool zone_take(bool *zoned, int64_t *offset_us, const char **text)
{
    *zoned = **text != '\0';
    *offset_us = 0;
    if (**text == 'Z' || **text == 'z') {
        (*text)++;
    } else if (**text == '+' || **text == '-') {
        bool west = **text == '-';
        int hours = 0, minutes = 0;
        (*text)++;
        if (!number_take(&hours, text, 2) || !character_take(text, ':') ||
            !number_take(&minutes, text, 2) || hours > 14 || minutes > 59)
            return false;
        *offset_us = (west ? -1 : 1) * (hours * HOUR_US + minutes * MINUTE_US);
    }
    return **text == '\0';
}

static bool clock_take(int64_t *clock_us, const char **text)
{
    int hours = 0, minutes = 0, seconds = 0;
    if (!number_take(&hours, text, 2) || !character_take(text, ':') ||
        !number_take(&minutes, text, 2) || !character_take(text, ':') ||
        !number_take(&seconds, text, 2))
        return false;
    *clock_us = hours * HOUR_US + minutes * MINUTE_US + seconds * SECOND_US;
    if (**text == '.') {
        (*text)++;
        size_t count = digits_count(*text);
        int64_t place_us = SECOND_US / 10;
        for (size_t i = 0; i < count; i++, place_us /= 10)
            *clock_us += ((*text)[i] - '0') * place_us;
        *text += count;
        if (count == 0)
            return false;
    }
    /* xs:dateTime writes the midnight at the end of a day as 24:00:00. */
    return minutes <= 59 && seconds <= 59 && (hours <= 23 || *clock_us == DAY_US);
}

bool scalar_read_time(struct statement_time *time, const char *text)
{
    struct date date;
    bool zoned;
    int64_t clock_us = 0, offset_us;
    if (!date_take(&date, &text))
        return false;
    if ((*text == 'T' || *text == 't') && (text++, !clock_take(&clock_us, &text)))
        return false;
    if (!zone_take(&zoned, &offset_us, &text))
        return false;
    *time = (struct statement_time){.present = true,
                                    .zoned = zoned,
                                    .date = date,
                                    .instant_us = date.days * DAY_US + clock_us - offset_us};
    return true;
}

bool scalar_read_date(struct date *date, const char *text)
{
    struct statement_time time;
    if (!scalar_read_time(&time, text))
        return false;
    *date = time.date;
    return true;
}

bool scalar_read_boolean(bool *flag, const char *text)
{
    *flag = text_equal_ignoring_case(text, "true") || text_equal(text, "1");
    return *flag || text_equal_ignoring_case(text, "false") || text_equal(text, "0");
}

bool scalar_read_number(uint64_t *number, const char *text)
{
    struct lexical_decimal decimal;
    if (!decimal_split(&decimal, text) || decimal.negative || decimal.fraction_length > 0)
        return false;
    int64_t value = 0;
    if (!digits_append(&value, decimal.whole, decimal.whole_length))
        return false;
    *number = (uint64_t)value;
    return true;
}
