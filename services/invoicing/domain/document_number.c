/* SPDX-License-Identifier: Apache-2.0 */
#include "services/invoicing/domain/document_number.h"

#include "common/identity/creditor_reference.h"

int32_t document_fiscal_year(const Invoicing__LegalEntity *entity, struct date issue)
{
    struct civil civil = date_civil(issue);
    int start = entity->fiscal_year_start_month ? (int)entity->fiscal_year_start_month : 1;
    return civil.month >= start ? civil.year : civil.year - 1;
}

bool document_issue_date(struct fault *fault, const struct deciding *deciding,
                         const Invoicing__LegalEntity *entity, const Common__Date *asked,
                         struct date *issue)
{
    struct date today = {deciding_local_days(deciding, entity->zone, deciding->now_us)};
    if (!asked) {
        *issue = today;
        return true;
    }
    if (!check_date(fault, NULL, "issue_date", asked, issue))
        return false;
    char text[DATE_TEXT_SIZE];
    date_format(text, today);
    return issue->days <= today.days ||
           fault_set(fault, &REFUSAL_ISSUE_DATE_IN_FUTURE, NULL, "issue_date", "today is %s in %s",
                     text, entity->zone);
}

bool document_number_take(struct fault *fault, struct deciding *deciding,
                          const Invoicing__LegalEntity *entity, const char *document_class,
                          struct date issue, const char **number, const char **creditor_reference)
{
    int32_t year = document_fiscal_year(entity, issue);
    int64_t next =
        deciding_take_number(deciding, entity->entity_id, document_class, year, issue.days);
    if (!next)
        return fault_set(fault, &REFUSAL_ISSUE_DATE_PASSED, NULL, "issue_date", NULL);
    *number = arena_text(deciding->arena, "%s%s%04d%07lld", entity->number_prefix, document_class,
                         (int)year, (long long)next);
    if (!creditor_reference)
        return true;
    struct creditor_reference reference;
    if (creditor_reference_make(&reference, *number, NULL) != OK) {
        deciding->n_numbers--; /* not spent: no document will bear it */
        return fault_set(fault, &REFUSAL_NUMBER_TOO_LONG, NULL, "number", NULL);
    }
    *creditor_reference = arena_copy_text(deciding->arena, reference.text);
    return true;
}
