/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reconciliation/domain/application.h"

#include <stdlib.h>

#include "services/reconciliation/domain/application_list.h"
#include "services/reconciliation/domain/application_plan.h"
#include "services/reconciliation/domain/books.h"
#include "services/reconciliation/domain/journal.h"
#include "services/reconciliation/domain/known_account.h"

enum { REASON_BYTES_MAX = 500 };

/* ---- one application ---- */

const char *const application_apply_required[] = {"account_id", "payment_id", "item_id",
                                                  "request_id", NULL};

static const char *apply_id(struct arena *arena, const Reconciliation__ApplyPayment *command)
{
    return application_id_new(arena, command->payment_id, command->item_id, command->request_id);
}

void application_apply_declare(struct declaring *declaring,
                               const Reconciliation__ApplyPayment *command)
{
    const char *application_id = apply_id(declaring->arena, command);
    declare_key(declaring, command->account_id);
    declare_stream(declaring, KIND_ACCOUNT, command->account_id);
    declare_stream(declaring, KIND_MONEY, command->payment_id);
    declare_stream(declaring, KIND_ITEM, command->item_id);
    declare_stream(declaring, KIND_JOURNAL,
                   journal_id(declaring->arena, application_id, "J5", NULL));
}

/* The money, if it is this account's; else the decision is refused. A stream of another account is
 * of another shard, so nothing may be said of it here. */
static const Reconciliation__MoneyState *own_money(struct deciding *deciding,
                                                   const char *account_id, const char *money_id)
{
    const Reconciliation__MoneyState *money = account_money_find(deciding, money_id);
    if (money && !strcmp(money->money->account_id, account_id))
        return money;
    deciding_refuse(deciding, REFUSAL(MONEY_NOT_FOUND), "payment_id", NULL);
    return NULL;
}

static const Reconciliation__ItemState *own_item(struct deciding *deciding, const char *account_id,
                                                 const char *item_id)
{
    const Reconciliation__ItemState *item = open_item_find(deciding, item_id);
    if (item && !strcmp(item->item->account_id, account_id))
        return item;
    deciding_refuse(deciding, REFUSAL(ITEM_NOT_FOUND), "item_id", NULL);
    return NULL;
}

/* NULL: they may meet. */
static const struct refusal *meeting_refusal(const Reconciliation__MoneyState *money,
                                             const Reconciliation__ItemState *item,
                                             const char *application_id, const char **field)
{
    *field = "item_id";
    if (strcmp(money->left->currency, item->open->currency) != 0)
        return REFUSAL(CURRENCY_MISMATCH);
    if (strcmp(money->entity_id, item->entity_id) != 0)
        return REFUSAL(ENTITY_MISMATCH);
    if (money_sign(open_item_open(item)) <= 0)
        return REFUSAL(ITEM_NOT_OPEN);
    *field = "request_id";
    if (account_money_application(money, application_id))
        return REFUSAL(REQUEST_REPEATED);
    *field = "payment_id";
    if (money_sign(account_money_left(money)) <= 0)
        return REFUSAL(MONEY_USED_UP);
    return NULL;
}

/* As much as was asked, or all that both sides allow. */
static const struct refusal *asked_amount(struct money *amount, const Common__Money *asked,
                                          struct money left, struct money open)
{
    *amount = amount_smaller(left, open);
    if (!asked)
        return NULL;
    if (!amount_read(amount, asked) || money_sign(*amount) <= 0)
        return REFUSAL(AMOUNT_NOT_POSITIVE);
    if (!currency_equal(amount->currency, open.currency))
        return REFUSAL(CURRENCY_MISMATCH);
    if (amount_order(*amount, open) > 0)
        return REFUSAL(AMOUNT_EXCEEDS_OPEN);
    return amount_order(*amount, left) > 0 ? REFUSAL(AMOUNT_EXCEEDS_MONEY) : NULL;
}

static void plan_and_emit(struct deciding *deciding, const Reconciliation__ApplyPayment *command,
                          const Reconciliation__MoneyState *state, struct money amount)
{
    const char *application_id = apply_id(deciding->arena, command);
    struct application_plan plan =
        application_plan_begin(deciding, command->account_id, state->entity_id, amount.currency,
                               books_today(deciding), command->request_id);
    struct plan_money money = {.money_id = command->payment_id,
                               .credit = state->money->credit,
                               .left = account_money_left(state),
                               .date = account_money_date(state)};
    struct plan_debt *debt = application_plan_debt(&plan, command->item_id);
    if (debt)
        application_plan_add(&plan, &money, debt, &amount, MATCH_RULE_PERSON);
    application_plan_emit(&plan, journal_id(deciding->arena, application_id, "J5", NULL),
                          command->payment_id);
    deciding_answer(deciding, KIND_ITEM, command->item_id);
}

void application_apply_decide(struct deciding *deciding,
                              const Reconciliation__ApplyPayment *command)
{
    if (!books_check_id(deciding, "request_id", command->request_id))
        return;
    if (!known_account_find(deciding, command->account_id)) {
        deciding_refuse(deciding, REFUSAL(ACCOUNT_NOT_FOUND), "account_id", NULL);
        return;
    }
    const Reconciliation__MoneyState *money =
        own_money(deciding, command->account_id, command->payment_id);
    if (!money)
        return;
    const Reconciliation__ItemState *item =
        own_item(deciding, command->account_id, command->item_id);
    if (!item)
        return;
    const char *field;
    const struct refusal *refusal =
        meeting_refusal(money, item, apply_id(deciding->arena, command), &field);
    if (refusal) {
        deciding_refuse(deciding, refusal, field, NULL);
        return;
    }
    struct money amount;
    refusal =
        asked_amount(&amount, command->amount, account_money_left(money), open_item_open(item));
    if (refusal) {
        deciding_refuse(deciding, refusal, "amount", NULL);
        return;
    }
    plan_and_emit(deciding, command, money, amount);
}

/* ---- taking one back ---- */

const char *const application_unapply_required[] = {"account_id", "payment_id", "item_id",
                                                    "application_id", NULL};

void application_unapply_declare(struct declaring *declaring,
                                 const Reconciliation__UnapplyPayment *command)
{
    declare_key(declaring, command->account_id);
    declare_stream(declaring, KIND_MONEY, command->payment_id);
    declare_stream(declaring, KIND_ITEM, command->item_id);
    declare_stream(declaring, KIND_JOURNAL,
                   journal_id(declaring->arena, command->application_id, "J5", "back"));
}

void application_take_back(struct deciding *deciding, const struct application_back *back)
{
    struct arena *arena = deciding->arena;
    const Reconciliation__ItemOpened *item = back->item->item;
    Reconciliation__ApplicationReversed *reversed = arena_new(
        arena, Reconciliation__ApplicationReversed, RECONCILIATION__APPLICATION_REVERSED__INIT);
    reversed->application_id = back->application_id;
    reversed->payment_id = back->money->money->money_id;
    reversed->item_id = item->item_id;
    reversed->account_id = item->account_id;
    reversed->entity_id = item->entity_id;
    reversed->amount = money_to_message(arena, back->amount);
    reversed->reason = back->reason;
    reversed->open_after = money_to_message(arena, back->open_after);
    reversed->due_date = item->due_date;
    deciding_emit(deciding, KIND_ITEM, item->item_id, &reversed->base);

    Reconciliation__MoneyUsed *used =
        arena_new(arena, Reconciliation__MoneyUsed, RECONCILIATION__MONEY_USED__INIT);
    used->money_id = reversed->payment_id;
    used->account_id = item->account_id;
    used->entity_id = item->entity_id;
    used->application_id = back->application_id;
    used->item_id = item->item_id;
    used->amount = money_to_message(arena, amount_negated(back->amount));
    used->left_after = money_to_message(arena, back->left_after);
    deciding_emit(deciding, KIND_MONEY, used->money_id, &used->base);
}

void application_unapply_decide(struct deciding *deciding,
                                const Reconciliation__UnapplyPayment *command)
{
    if (strlen(command->reason) > REASON_BYTES_MAX) {
        deciding_refuse(deciding, REFUSAL(TEXT_TOO_LONG), "reason", NULL);
        return;
    }
    const Reconciliation__MoneyState *money =
        own_money(deciding, command->account_id, command->payment_id);
    if (!money)
        return;
    const Reconciliation__ItemState *item =
        own_item(deciding, command->account_id, command->item_id);
    if (!item)
        return;
    const Reconciliation__Application *application =
        open_item_application(item, command->application_id);
    if (!application || !account_money_application(money, command->application_id)) {
        deciding_refuse(deciding, REFUSAL(APPLICATION_NOT_FOUND), "application_id", NULL);
        return;
    }
    if (application->reversed) {
        deciding_refuse(deciding, REFUSAL(APPLICATION_REVERSED), "application_id", NULL);
        return;
    }
    struct money amount = amount_kept(application->amount);
    struct date posting = date_later(books_today(deciding), account_money_date(money));
    posting = date_later(posting, (struct date){item->item->issue_date->days});
    books_open(deciding, item->entity_id, posting);
    application_take_back(deciding,
                          &(struct application_back){
                              .money = money,
                              .item = item,
                              .application_id = application->application_id,
                              .reason = "UNAPPLIED",
                              .amount = amount,
                              .open_after = amount_plus(open_item_open(item), amount),
                              .left_after = amount_plus(account_money_left(money), amount),
                          });
    struct journal journal = journal_begin(
        deciding, &(struct journal_options){
                      .id = journal_id(deciding->arena, command->application_id, "J5", "back"),
                      .template_name = "J5",
                      .document_id = command->payment_id,
                      .account_id = command->account_id,
                      .entity_id = item->entity_id,
                      .currency = amount.currency,
                      .posting_days = posting.days,
                      .reversal = true,
                  });
    journal_debit(&journal, LEDGER_RECEIVABLE, amount);
    journal_credit(&journal, LEDGER_UNAPPLIED, amount);
    journal_post(&journal, deciding);
}

/* ---- all money of an account, by policy ---- */

const char *const application_apply_all_required[] = {"account_id", "request_id", NULL};

void application_apply_all_declare(struct declaring *declaring,
                                   const Reconciliation__ApplyMoneyOnAccount *command)
{
    declare_key(declaring, command->account_id);
    declare_stream(declaring, KIND_ACCOUNT, command->account_id);
    declare_look_up(declaring, INDEX_OPEN_ITEMS, command->account_id);
    declare_look_up(declaring, INDEX_OPEN_MONEY, command->account_id);
    declare_stream(declaring, KIND_JOURNAL,
                   journal_id(declaring->arena, command->account_id, "J5", command->request_id));
}

static int older_money_first(const void *left, const void *right)
{
    const struct plan_money *one = *(struct plan_money *const *)left;
    const struct plan_money *other = *(struct plan_money *const *)right;
    int order = date_compare(one->date, other->date);
    return order ? order : strcmp(one->money_id, other->money_id);
}

/* The account's money, oldest first. */
static struct plan_money **account_money_all(struct deciding *deciding, const char *account_id,
                                             size_t *n)
{
    const struct stream_ref *refs;
    size_t found = deciding_look_up(deciding, INDEX_OPEN_MONEY, account_id, &refs);
    struct plan_money **all = arena_get(deciding->arena, (found + 1) * sizeof *all);
    *n = 0;
    for (size_t i = 0; i < found; i++) {
        const Reconciliation__MoneyState *state = account_money_find(deciding, refs[i].id);
        if (!state || strcmp(state->money->account_id, account_id) != 0)
            continue;
        struct plan_money *money = arena_get(deciding->arena, sizeof *money);
        *money = (struct plan_money){.money_id = refs[i].id,
                                     .credit = state->money->credit,
                                     .left = account_money_left(state),
                                     .date = account_money_date(state)};
        all[(*n)++] = money;
    }
    qsort(all, *n, sizeof *all, older_money_first);
    return all;
}

void application_apply_all_decide(struct deciding *deciding,
                                  const Reconciliation__ApplyMoneyOnAccount *command)
{
    if (!books_check_id(deciding, "request_id", command->request_id))
        return;
    const Reconciliation__AccountKnownState *account =
        known_account_find(deciding, command->account_id);
    struct currency currency;
    if (!account || currency_parse(&currency, account->currency, NULL) != OK) {
        deciding_refuse(deciding, REFUSAL(ACCOUNT_NOT_FOUND), "account_id", NULL);
        return;
    }
    const char *journal_stream =
        journal_id(deciding->arena, command->account_id, "J5", command->request_id);
    if (deciding_state(deciding, KIND_JOURNAL, journal_stream)) {
        deciding_refuse(deciding, REFUSAL(REQUEST_REPEATED), "request_id", NULL);
        return;
    }
    struct application_plan plan =
        application_plan_begin(deciding, command->account_id, account->entity_id, currency,
                               books_today(deciding), command->request_id);
    size_t n;
    struct plan_money **money = account_money_all(deciding, command->account_id, &n);
    for (size_t i = 0; i < n; i++)
        application_plan_by_policy(&plan, money[i]);
    if (!plan.n) {
        deciding_refuse(deciding, REFUSAL(NOTHING_TO_APPLY), "account_id", NULL);
        return;
    }
    application_plan_emit(&plan, journal_stream, plan.planned[0].money->money_id);
    deciding_answer(deciding, KIND_ACCOUNT, command->account_id);
}
