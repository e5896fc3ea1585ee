/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reporting/question.h"

#include "common/base/text.h"
#include "common/base/time.h"
#include "common/base/zone.h"
#include "common/http/headers.h"
#include "common/money/calendar.h"
#include "services/reporting/model.h"
#include "services/reporting/store_aging.h"

const char *report_column_name(Reporting__AgingBasis basis, enum report_column column)
{
    static const char *const by_due[REPORT_COLUMNS] = {"current", "1_30",    "31_60",    "61_90",
                                                       "over_90", "credits", "unapplied"};
    static const char *const by_issue[REPORT_COLUMNS] = {"0_30", "31_60",   "61_90",    "over_90",
                                                         NULL,   "credits", "unapplied"};
    return basis == AGING_BASIS_INVOICE_DATE ? by_issue[column] : by_due[column];
}

static enum error forbid(struct api_call *call)
{
    call->status = 403;
    call->code = "forbidden_entity";
    return problem_set(&call->problem, ERR_UNSUPPORTED, "entity_id", "SOD-1",
                       "the token holds no role for this legal entity");
}

/* Today in the legal entity's zone (GEN-5). */
static enum error today_read(struct api_call *call, const struct question *question,
                             int32_t *today_days)
{
    const char *name = NULL;
    enum error error =
        report_zone_read(call->database, call->arena, question->entity, &name, &call->problem);
    const struct zone *zone = error ? NULL : zone_find(name);
    if (!error && !zone)
        error = problem_set(&call->problem, ERR_CONFIG, "entity_id", "GEN-5",
                            "the machine does not know the legal entity's time zone");
    if (!error)
        *today_days = date_of_instant(zone, call->now_us).days;
    return error;
}

/* Invoicing's feed counts too: it names the accounts. */
static enum error provisional_read(struct api_call *call, struct question *question)
{
    static const char *const topics[] = {REPORTED_TOPICS};
    question->provisional = false;
    for (size_t i = 0; i < sizeof topics / sizeof *topics; i++) {
        int64_t complete_us;
        enum error error = api_feed_complete_us(call, topics[i], &complete_us);
        if (error)
            return error;
        question->provisional |= complete_us <= question->known_at_us;
    }
    return OK;
}

enum error question_read(struct api_call *call, const char *entity_id, struct question *question)
{
    const struct http_exchange *exchange = call->exchange;
    const char *as_of = http_exchange_query(exchange, "as_of");
    const char *known_at = http_exchange_query(exchange, "known_at");
    const char *basis = http_exchange_query(exchange, "basis");
    const char *currency = http_exchange_query(exchange, "currency");
    *question = (struct question){
        .entity_id = entity_id ? entity_id : http_exchange_query(exchange, "entity_id"),
        .known_at_us = call->now_us,
        .basis = basis && text_equal(basis, "invoice_date") ? AGING_BASIS_INVOICE_DATE
                                                            : AGING_BASIS_DUE_DATE,
        .currency = currency ? currency : "",
    };
    enum error error = uuid_parse(&question->entity, question->entity_id, &call->problem);
    if (!error && !api_caller_may_entity(call, question->entity_id))
        error = forbid(call);
    if (!error)
        error = today_read(call, question, &question->as_of_days);
    struct date date = {question->as_of_days};
    if (!error && as_of)
        error = date_parse(&date, as_of, &call->problem);
    question->as_of_days = date.days;
    if (!error && known_at)
        error = instant_parse(&question->known_at_us, known_at, &call->problem);
    return error ? error : provisional_read(call, question);
}

bool question_wants_csv(const struct api_call *call)
{
    const char *format = http_exchange_query(call->exchange, "format");
    const char *accept = http_exchange_header(call->exchange, "accept");
    if (format)
        return text_equal(format, "csv");
    return accept && strstr(accept, "text/csv") && http_accepts(call->exchange, "text/csv");
}
