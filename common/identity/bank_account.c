/* SPDX-License-Identifier: Apache-2.0 */
#include "common/identity/bank_account.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "common/base/text.h"
#include "common/identity/modulo97.h"

/* `form` is the national part: counts and classes, n digits, a letters, c either ("8n10n"). */
struct structure {
    char country[3];
    unsigned char length;
    bool in_sepa;
    const char *form;
};

static const struct structure structures[] = {
#include "common/identity/bank_account_table.inc"
};

static const struct structure *structure_find(const char *iban)
{
    size_t low = 0, high = sizeof structures / sizeof *structures;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = memcmp(iban, structures[middle].country, 2);
        if (order == 0)
            return &structures[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

static bool is_of_class(char character, char class)
{
    bool digit = character_is_digit(character);
    return class == 'n' ? digit : class == 'a' ? !digit : true;
}

/* `text` is normalised, so every character is a capital letter or a digit. */
static bool form_holds(const char *text, const char *form)
{
    while (*form) {
        int count = 0;
        for (; character_is_digit(*form); form++)
            count = count * 10 + (*form - '0');
        for (; count > 0; count--, text++)
            if (!*text || !is_of_class(*text, *form))
                return false;
        form++;
    }
    return *text == 0;
}

static enum error account_refuse(struct problem *problem, const char *detail)
{
    return problem_set(problem, ERR_MALFORMED, NULL, "ISO 13616", "%s", detail);
}

enum error bank_account_parse(struct bank_account *account, const char *text,
                              struct problem *problem)
{
    struct bank_account read;
    if (!modulo97_normalise(read.iban, sizeof read.iban, text) || strlen(read.iban) < 5)
        return account_refuse(problem, "an IBAN has 15 to 34 letters and digits");
    const struct structure *structure = structure_find(read.iban);
    if (!structure)
        return account_refuse(problem, "no country of the IBAN registry");
    if (strlen(read.iban) != structure->length)
        return problem_set(problem, ERR_MALFORMED, NULL, "ISO 13616",
                           "an IBAN of %s has %d characters", structure->country,
                           structure->length);
    if (!character_is_digit(read.iban[2]) || !character_is_digit(read.iban[3]) ||
        !form_holds(read.iban + 4, structure->form))
        return account_refuse(problem,
                              "letters and digits do not stand where the country has them");
    /* 00, 01 and 99 would pass the division, but are never given out: check digits run from 02
     * to 98. */
    int check = (read.iban[2] - '0') * 10 + (read.iban[3] - '0');
    if (check < 2 || check > 98 || modulo97(read.iban) != 1)
        return account_refuse(problem, "the check digits are wrong");
    *account = read;
    return OK;
}

bool bank_account_equal(const struct bank_account *left, const struct bank_account *right)
{
    return text_equal(left->iban, right->iban);
}

void bank_account_format(char text[BANK_ACCOUNT_GROUPED_SIZE], const struct bank_account *account)
{
    modulo97_group(text, BANK_ACCOUNT_GROUPED_SIZE, account->iban);
}

void bank_account_mask(char text[BANK_ACCOUNT_MASKED_SIZE], const struct bank_account *account)
{
    struct text_buffer buffer = text_buffer_on(text, BANK_ACCOUNT_MASKED_SIZE);
    size_t length = strlen(account->iban);
    assert(length >= 15);
    text_buffer_add_bytes(&buffer, account->iban, 2);
    text_buffer_add(&buffer, "** **** ");
    text_buffer_add(&buffer, account->iban + length - 4);
    assert(!buffer.overflowed);
}

void bank_account_country(char country[3], const struct bank_account *account)
{
    memcpy(country, account->iban, 2);
    country[2] = 0;
}

bool bank_account_in_sepa(const struct bank_account *account)
{
    const struct structure *structure = structure_find(account->iban);
    assert(structure);
    return structure->in_sepa;
}
