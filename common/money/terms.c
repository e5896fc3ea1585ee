/* SPDX-License-Identifier: Apache-2.0 */
#include "common/money/terms.h"

#include <string.h>

#include "common/base/text.h"

static enum error terms_refuse(struct problem *problem, const char *detail)
{
    return problem_set(problem, ERR_RANGE, NULL, "INV-9", "%s", detail);
}

enum error terms_check(const struct payment_terms *terms, struct problem *problem)
{
    switch (terms->kind) {
    case TERMS_NET:
    case TERMS_EOM_PLUS:
    case TERMS_NET_EOM:
        if (terms->days < 0 || terms->days > TERMS_DAYS_MAX)
            return terms_refuse(problem, "payment terms have 0 to 3660 days");
        if (terms->day != 0 || terms->cutoff_day != 0)
            return terms_refuse(problem, "only PROX terms have a day and a cutoff");
        return OK;
    case TERMS_PROX:
        if (terms->day < 1 || terms->day > 31)
            return terms_refuse(problem, "PROX terms fall on a day from 1 to 31");
        if (terms->cutoff_day < 0 || terms->cutoff_day > 31)
            return terms_refuse(problem, "the cutoff is a day from 1 to 31");
        if (terms->days != 0)
            return terms_refuse(problem, "PROX terms count no days");
        return OK;
    }
    return terms_refuse(problem, "there is no such kind of payment terms");
}

static enum error prox_date(struct date *due, const struct payment_terms *terms, struct date issue,
                            struct problem *problem)
{
    bool late = terms->cutoff_day != 0 && date_civil(issue).day > terms->cutoff_day;
    struct date month;
    enum error error = date_add_months(&month, date_month_start(issue), late ? 2 : 1, problem);
    if (error != OK)
        return error;
    struct civil civil = date_civil(month);
    int length = month_length(civil.year, civil.month);
    return date_add_days(due, month, (terms->day < length ? terms->day : length) - 1, problem);
}

static enum error unrolled_date(struct date *due, const struct payment_terms *terms,
                                struct date issue, struct problem *problem)
{
    enum error error;
    switch (terms->kind) {
    case TERMS_NET:
        return date_add_days(due, issue, terms->days, problem);
    case TERMS_EOM_PLUS:
        return date_add_days(due, date_month_end(issue), terms->days, problem);
    case TERMS_NET_EOM:
        error = date_add_days(due, issue, terms->days, problem);
        if (error == OK)
            *due = date_month_end(*due);
        return error;
    case TERMS_PROX:
        return prox_date(due, terms, issue, problem);
    }
    return terms_refuse(problem, "there is no such kind of payment terms");
}

enum error terms_due_date(struct date *due, const struct payment_terms *terms, struct date issue,
                          const struct holiday_list *holidays, struct problem *problem)
{
    struct date unrolled;
    enum error error = terms_check(terms, problem);
    if (error == OK)
        error = unrolled_date(&unrolled, terms, issue, problem);
    return error == OK ? date_roll(due, unrolled, terms->roll, holidays, problem) : error;
}

bool terms_overdue(struct date due, struct date today)
{
    return date_compare(today, due) > 0;
}

/* The number between `start` and `end`; -1 if `text` is not so. */
static int64_t number_between(const char *text, const char *start, const char *end)
{
    char digits[8];
    size_t length = strlen(text), around = strlen(start) + strlen(end);
    int64_t number;
    if (length <= around || length - around >= sizeof digits || !text_starts_with(text, start) ||
        !text_ends_with(text, end))
        return -1;
    memcpy(digits, text + strlen(start), length - around);
    digits[length - around] = 0;
    return text_parse_int64(&number, digits, 0, INT32_MAX, NULL) == OK ? number : -1;
}

static bool prox_read(struct payment_terms *terms, const char *text)
{
    static const char cutoff[] = " CUTOFF ";
    char head[16];
    const char *at = strstr(text, cutoff);
    size_t length = at ? (size_t)(at - text) : strlen(text);
    if (length >= sizeof head)
        return false;
    memcpy(head, text, length);
    head[length] = 0;
    int64_t day = number_between(head, "PROX ", "");
    int64_t cutoff_day = at ? number_between(at, cutoff, "") : 0;
    *terms = (struct payment_terms){
        .kind = TERMS_PROX, .day = (int32_t)day, .cutoff_day = (int32_t)cutoff_day};
    return day >= 0 && cutoff_day >= (at ? 1 : 0);
}

static bool counted_read(struct payment_terms *terms, const char *text)
{
    static const struct {
        enum terms_kind kind;
        const char *start, *end;
    } forms[] = {
        {TERMS_NET_EOM, "NET ", " EOM"}, {TERMS_NET, "NET ", ""}, {TERMS_EOM_PLUS, "EOM+", ""}};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        int64_t days = number_between(text, forms[i].start, forms[i].end);
        *terms = (struct payment_terms){.kind = forms[i].kind, .days = (int32_t)days};
        if (days >= 0)
            return true;
    }
    return false;
}

enum error terms_parse(struct payment_terms *terms, const char *text, struct problem *problem)
{
    struct payment_terms read;
    if (!counted_read(&read, text) && !prox_read(&read, text))
        return problem_set(problem, ERR_MALFORMED, NULL, "INV-9",
                           "expected NET 30, EOM+30, NET 30 EOM, PROX 10 or PROX 10 CUTOFF 25");
    enum error error = terms_check(&read, problem);
    if (error == OK)
        *terms = read;
    return error;
}

void terms_format(char text[TERMS_TEXT_SIZE], const struct payment_terms *terms)
{
    struct text_buffer buffer = text_buffer_on(text, TERMS_TEXT_SIZE);
    switch (terms->kind) {
    case TERMS_NET:
        text_buffer_add_format(&buffer, "NET %d", (int)terms->days);
        return;
    case TERMS_EOM_PLUS:
        text_buffer_add_format(&buffer, "EOM+%d", (int)terms->days);
        return;
    case TERMS_NET_EOM:
        text_buffer_add_format(&buffer, "NET %d EOM", (int)terms->days);
        return;
    case TERMS_PROX:
        text_buffer_add_format(&buffer, "PROX %d", (int)terms->day);
        if (terms->cutoff_day)
            text_buffer_add_format(&buffer, " CUTOFF %d", (int)terms->cutoff_day);
        return;
    }
}
