/* SPDX-License-Identifier: Apache-2.0 */
#include "common/identity/creditor_reference.h"

#include <string.h>

#include "common/base/text.h"
#include "common/identity/modulo97.h"

enum { OWN_LENGTH_MAX = 21 };

static enum error reference_refuse(struct problem *problem, const char *detail)
{
    return problem_set(problem, ERR_MALFORMED, NULL, "ISO 11649", "%s", detail);
}

enum error creditor_reference_parse(struct creditor_reference *reference, const char *text,
                                    struct problem *problem)
{
    struct creditor_reference read;
    if (!modulo97_normalise(read.text, sizeof read.text, text) || strlen(read.text) < 5 ||
        !text_starts_with(read.text, "RF") || !character_is_digit(read.text[2]) ||
        !character_is_digit(read.text[3]))
        return reference_refuse(problem, "expected RF, two digits and 1 to 21 letters or digits");
    if (modulo97(read.text) != 1)
        return reference_refuse(problem, "the check digits are wrong");
    *reference = read;
    return OK;
}

enum error creditor_reference_make(struct creditor_reference *reference, const char *own,
                                   struct problem *problem)
{
    char normal[OWN_LENGTH_MAX + 1];
    if (!modulo97_normalise(normal, sizeof normal, own) || !normal[0])
        return reference_refuse(problem, "expected 1 to 21 letters or digits");
    struct creditor_reference made;
    struct text_buffer buffer = text_buffer_on(made.text, sizeof made.text);
    text_buffer_add(&buffer, "RF00");
    text_buffer_add(&buffer, normal);
    unsigned check = 98 - modulo97(made.text);
    made.text[2] = (char)('0' + check / 10);
    made.text[3] = (char)('0' + check % 10);
    *reference = made;
    return OK;
}

void creditor_reference_format(char text[CREDITOR_REFERENCE_GROUPED_SIZE],
                               const struct creditor_reference *reference)
{
    modulo97_group(text, CREDITOR_REFERENCE_GROUPED_SIZE, reference->text);
}
