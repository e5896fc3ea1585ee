/* SPDX-License-Identifier: Apache-2.0
 * The evaluation: for each legal entity, every case whose turn has come by today in its zone. It
 * acts because payments did NOT come, so it first waits until reconciliation's feed is complete up
 * to the day's first instant. The days of a downtime are not made up for: the latest alone counts
 * (COL-3).
 *
 * Nothing needs to be remembered between runs: a case that was evaluated asks for a later day, so a
 * killed run goes on with those that are left. How far it is stands in table evaluation, counted
 * from its events. */
#include "services/collections/jobs.h"

#include "billing/collections/v1/collections.pb-c.h"
#include "common/base/log.h"
#include "common/base/zone.h"
#include "common/money/calendar.h"
#include "services/collections/domain/delinquency.h"
#include "services/collections/model.h"
#include "services/collections/store.h"

enum { POLL_MS = 1000, PAGE_ACCOUNTS = 1000, PAGES_MAX = 10 };

static struct job_command evaluate_command(struct arena *arena, const struct due_account *account,
                                           int32_t as_of_days)
{
    char id[UUID_TEXT_SIZE];
    Collections__EvaluateAccount *evaluate =
        arena_new(arena, Collections__EvaluateAccount, COLLECTIONS__EVALUATE_ACCOUNT__INIT);
    uuid_format(id, account->account);
    evaluate->account_id = arena_copy_text(arena, id);
    evaluate->as_of = debt_days_message(arena, as_of_days);
    return (struct job_command){
        .message = &evaluate->base,
        .decision_domain = "evaluate_account",
        .decision_key = arena_text(arena, "%s/%d", id, (int)as_of_days),
    };
}

/* *applied: how many accounts were evaluated; the others are asked again with the next run. */
static enum error page_submit(struct job_call *call, const struct due_account *accounts,
                              size_t count, int32_t as_of_days, size_t *applied,
                              struct problem *problem)
{
    struct job_command *commands = arena_get(call->arena, count * sizeof *commands);
    for (size_t i = 0; i < count; i++)
        commands[i] = evaluate_command(call->arena, &accounts[i], as_of_days);
    enum error error = job_submit(call, commands, count, NULL, NULL, problem);
    for (size_t i = 0; !error && i < count; i++) {
        *applied += commands[i].result == WORK_APPLIED;
        if (commands[i].result != WORK_APPLIED)
            log_line(LOG_WARN, "an account could not be evaluated",
                     LOG_TEXT("decision", commands[i].decision_key),
                     LOG_TEXT("result", work_result_name(commands[i].result)),
                     LOG_TEXT("code", commands[i].refusal_code), LOG_PROBLEM(&commands[i].problem));
    }
    return error;
}

/* Page by key, also past accounts that could not be evaluated; *again: a whole run's pages were
 * full. */
static enum error entity_evaluate(struct job_call *call, const struct entity_zone *entity,
                                  int32_t today_days, bool *again, struct problem *problem)
{
    struct due_account *accounts = NULL, last = {0};
    size_t count = PAGE_ACCOUNTS, applied = 0;
    enum error error = OK;
    for (int page = 0; page < PAGES_MAX && count == PAGE_ACCOUNTS && !error; page++) {
        struct arena_mark mark = arena_mark(call->arena);
        error = due_accounts_read(call->database, call->arena, entity->entity, today_days,
                                  page ? &last : NULL, PAGE_ACCOUNTS, &accounts, &count, problem);
        if (!error && count) {
            last = accounts[count - 1];
            error = page_submit(call, accounts, count, today_days, &applied, problem);
        }
        arena_rewind(call->arena, mark);
    }
    *again = *again || (!error && count == PAGE_ACCOUNTS && applied);
    return error;
}

static enum error has_due(struct job_call *call, const struct entity_zone *entity,
                          int32_t today_days, bool *due, struct problem *problem)
{
    struct due_account *accounts;
    size_t count = 0;
    enum error error = due_accounts_read(call->database, call->arena, entity->entity, today_days,
                                         NULL, 1, &accounts, &count, problem);
    *due = count > 0;
    return error;
}

static enum error entity_step(struct job_call *call, const struct entity_zone *entity, bool *again,
                              struct problem *problem)
{
    const struct zone *zone = zone_find(entity->zone);
    if (!zone) {
        log_line(LOG_WARN, "no evaluation: the machine does not know the time zone",
                 LOG_TEXT("zone", entity->zone));
        return OK;
    }
    struct date today = date_of_instant(zone, call->now_us);
    bool due;
    int64_t complete_us = INT64_MIN;
    enum error error = has_due(call, entity, today.days, &due, problem);
    if (!error && due)
        error = job_feed_complete_us(call, DEBT_TOPIC, &complete_us, problem);
    if (error || !due || complete_us < date_start_us(zone, today))
        return error;
    return entity_evaluate(call, entity, today.days, again, problem);
}

static enum error evaluate_run(struct job_call *call, bool *again, struct problem *problem)
{
    struct entity_zone *entities;
    size_t count;
    enum error error =
        collections_zones_read(call->database, call->arena, &entities, &count, problem);
    for (size_t i = 0; i < count && !error; i++)
        error = entity_step(call, &entities[i], again, problem);
    return error;
}

const struct job collections_jobs[COLLECTIONS_JOBS] = {
    {.name = "evaluate", .period_ms = POLL_MS, .run = evaluate_run},
};
