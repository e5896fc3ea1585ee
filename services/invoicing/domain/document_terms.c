/* SPDX-License-Identifier: Apache-2.0 */
#include "services/invoicing/domain/document_terms.h"

#include "common/money/terms.h"

enum { DAYS_MAX = 365, MONTH_DAYS_MAX = 31 };

/* False: not a kind or roll of the contract, since 99 unpacks as 99. */
static bool payment_terms_of(struct payment_terms *result, const Invoicing__Terms *terms)
{
    *result = (struct payment_terms){.days = (int32_t)terms->days};
    switch (terms->roll) {
    case BUSINESS_DAY_ROLL_UNSPECIFIED:
    case BUSINESS_DAY_ROLL_NONE:
        result->roll = ROLL_NONE;
        break;
    case BUSINESS_DAY_ROLL_FOLLOWING:
        result->roll = ROLL_FOLLOWING;
        break;
    case BUSINESS_DAY_ROLL_MODIFIED_FOLLOWING:
        result->roll = ROLL_MODIFIED_FOLLOWING;
        break;
    case BUSINESS_DAY_ROLL_PRECEDING:
        result->roll = ROLL_PRECEDING;
        break;
    }
    switch (terms->kind) {
    case TERMS_KIND_UNSPECIFIED:
        return false;
    case TERMS_KIND_NET:
        result->kind = TERMS_NET;
        return true;
    case TERMS_KIND_END_OF_MONTH_PLUS:
        result->kind = TERMS_EOM_PLUS;
        return true;
    case TERMS_KIND_NET_END_OF_MONTH:
        result->kind = TERMS_NET_EOM;
        return true;
    case TERMS_KIND_PROXIMO:
        result->kind = TERMS_PROX;
        result->days = 0;
        result->day = (int32_t)terms->days;
        result->cutoff_day = (int32_t)terms->cutoff_day;
        return true;
    }
    return false;
}

bool document_terms_check(struct fault *fault, const char *name, const Invoicing__Terms *terms)
{
    struct payment_terms payment_terms;
    if (!terms)
        return fault_set(fault, &REFUSAL_FIELD_REQUIRED, NULL, name, NULL);
    const struct place here = place_of(NULL, name);
    if ((unsigned)terms->roll > BUSINESS_DAY_ROLL_PRECEDING)
        return fault_set(fault, &REFUSAL_ENUM_REQUIRED, &here, "roll", NULL);
    if (!payment_terms_of(&payment_terms, terms))
        return fault_set(fault, &REFUSAL_ENUM_REQUIRED, &here, "kind", NULL);
    bool proximo = terms->kind == TERMS_KIND_PROXIMO;
    if (terms->days > (proximo ? MONTH_DAYS_MAX : DAYS_MAX) || (proximo && !terms->days))
        return fault_set(fault, &REFUSAL_TERMS_OUT_OF_RANGE, &here, "days", NULL);
    if (terms->cutoff_day > (proximo ? MONTH_DAYS_MAX : 0))
        return fault_set(fault, &REFUSAL_TERMS_OUT_OF_RANGE, &here, "cutoff_day", NULL);
    return true;
}

bool document_terms_due(struct fault *fault, const Invoicing__Terms *terms, struct date issue,
                        struct date *due)
{
    struct payment_terms payment_terms;
    if (!payment_terms_of(&payment_terms, terms) ||
        terms_due_date(due, &payment_terms, issue, NULL, NULL) != OK)
        return fault_set(fault, &REFUSAL_TERMS_OUT_OF_RANGE, NULL, "terms", NULL);
    return true;
}

void document_terms_text(char text[DOCUMENT_TERMS_TEXT_SIZE], const Invoicing__Terms *terms)
{
    struct payment_terms payment_terms;
    text[0] = 0;
    _Static_assert((int)TERMS_TEXT_SIZE <= (int)DOCUMENT_TERMS_TEXT_SIZE, "every text fits");
    if (terms && payment_terms_of(&payment_terms, terms) && terms_check(&payment_terms, NULL) == OK)
        terms_format(text, &payment_terms);
}
