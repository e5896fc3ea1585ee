/* SPDX-License-Identifier: Apache-2.0 */
#include "services/invoicing/domain/vat_id.h"

#include "common/base/text.h"
#include "services/invoicing/domain/country.h"

enum { REST_MIN = 2, REST_MAX = 18 };

/* 9 digit, A letter, * either, ~ either or '+'; other characters stand for themselves. */
struct form {
    const char *prefix, *rest;
};

static const struct form forms[] = {
    {"AT", "U99999999"},    {"BE", "0999999999"}, {"BE", "1999999999"},   {"BG", "999999999"},
    {"BG", "9999999999"},   {"CY", "99999999A"},  {"CZ", "99999999"},     {"CZ", "999999999"},
    {"CZ", "9999999999"},   {"DE", "999999999"},  {"DK", "99999999"},     {"EE", "999999999"},
    {"EL", "999999999"},    {"ES", "*9999999*"},  {"FI", "99999999"},     {"FR", "**999999999"},
    {"HR", "99999999999"},  {"HU", "99999999"},   {"IE", "9~99999A"},     {"IE", "9999999AA"},
    {"IT", "99999999999"},  {"LT", "999999999"},  {"LT", "999999999999"}, {"LU", "99999999"},
    {"LV", "99999999999"},  {"MT", "99999999"},   {"NL", "*********B99"}, {"PL", "9999999999"},
    {"PT", "999999999"},    {"RO", "99"},         {"RO", "999"},          {"RO", "9999"},
    {"RO", "99999"},        {"RO", "999999"},     {"RO", "9999999"},      {"RO", "99999999"},
    {"RO", "999999999"},    {"RO", "9999999999"}, {"SE", "999999999999"}, {"SI", "99999999"},
    {"SK", "9999999999"},   {"XI", "999999999"},  {"XI", "999999999999"}, {"GB", "999999999"},
    {"GB", "999999999999"}, {"GB", "AA999"},
};

static bool capital_or_digit(char character)
{
    return character_is_digit(character) || (character >= 'A' && character <= 'Z');
}

static bool character_fits(char pattern, char character)
{
    switch (pattern) {
    case '9':
        return character_is_digit(character);
    case 'A':
        return character >= 'A' && character <= 'Z';
    case '*':
        return capital_or_digit(character);
    case '~':
        return capital_or_digit(character) || character == '+';
    default:
        return character == pattern;
    }
}

static bool form_fits(const char *form, const char *rest)
{
    for (; *form; form++, rest++)
        if (!character_fits(*form, *rest))
            return false;
    return !*rest;
}

bool vat_id_well_formed(const char *vat_id)
{
    if (strlen(vat_id) < 2 + REST_MIN || strlen(vat_id) > 2 + REST_MAX)
        return false;
    const char prefix[3] = {vat_id[0], vat_id[1], 0}, *rest = vat_id + 2;
    bool listed = false;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (strcmp(forms[i].prefix, prefix) != 0)
            continue;
        listed = true;
        if (form_fits(forms[i].rest, rest))
            return true;
    }
    if (listed || !country_known(prefix) || text_equal(prefix, "GR"))
        return false;
    for (; *rest; rest++)
        if (!capital_or_digit(*rest))
            return false;
    return true;
}
