/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reconciliation/domain/application_plan.h"

#include <stdlib.h>

#include "common/identity/uuid.h"
#include "services/reconciliation/domain/books.h"
#include "services/reconciliation/domain/journal.h"

struct application_plan application_plan_begin(struct deciding *deciding, const char *account_id,
                                               const char *entity_id, struct currency currency,
                                               struct date posting, const char *request)
{
    return (struct application_plan){.deciding = deciding,
                                     .account_id = account_id,
                                     .entity_id = entity_id,
                                     .request = request,
                                     .currency = currency,
                                     .posting = posting,
                                     .total = money_zero(currency)};
}

const char *application_id_new(struct arena *arena, const char *money_id, const char *item_id,
                               const char *request)
{
    char *id = arena_get(arena, UUID_TEXT_SIZE);
    uuid_format(id, uuid_derive_text("application", money_id, item_id, request, NULL));
    return id;
}

static bool belongs(const struct application_plan *plan, const Reconciliation__ItemState *item)
{
    return item && !strcmp(item->item->account_id, plan->account_id) &&
           !strcmp(item->entity_id, plan->entity_id) &&
           !strcmp(item->open->currency, plan->currency.code);
}

struct plan_debt *application_plan_debt(struct application_plan *plan, const char *item_id)
{
    for (size_t i = 0; i < plan->n_debts; i++)
        if (!strcmp(plan->debts[i]->item->item->item_id, item_id))
            return plan->debts[i];
    const Reconciliation__ItemState *item = open_item_find(plan->deciding, item_id);
    if (!belongs(plan, item))
        return NULL;
    struct plan_debt *debt = arena_get(plan->deciding->arena, sizeof *debt);
    struct money open = open_item_open(item);
    *debt = (struct plan_debt){item, open, amount_minus(open, open_item_undisputed(item))};
    arena_append(plan->deciding->arena, plan->n_debts, plan->debts, debt);
    return debt;
}

static struct planned *plan_next(struct application_plan *plan)
{
    if (plan->n == plan->max) {
        size_t max = plan->max ? 2 * plan->max : 4;
        struct planned *bigger = arena_get(plan->deciding->arena, max * sizeof *bigger);
        if (plan->n)
            memcpy(bigger, plan->planned, plan->n * sizeof *bigger);
        plan->planned = bigger;
        plan->max = max;
    }
    return &plan->planned[plan->n++];
}

void application_plan_add(struct application_plan *plan, struct plan_money *money,
                          struct plan_debt *debt, const struct money *most,
                          Reconciliation__MatchRule rule)
{
    bool designated = rule != MATCH_RULE_OLDEST_DUE_FIRST;
    struct money payable = designated ? debt->open : amount_minus(debt->open, debt->disputed);
    struct money amount = amount_smaller(money->left, payable);
    if (most)
        amount = amount_smaller(amount, *most);
    if (money_sign(amount) <= 0)
        return;
    money->left = amount_minus(money->left, amount);
    debt->open = amount_minus(debt->open, amount);
    plan->total = amount_plus(plan->total, amount);
    plan->posting = date_later(plan->posting, money->date);
    plan->posting = date_later(plan->posting, (struct date){debt->item->item->issue_date->days});
    *plan_next(plan) = (struct planned){
        .money = money,
        .debt = debt,
        .amount = amount,
        .left_after = money->left,
        .open_after = debt->open,
        .rule = rule,
        .application_id = application_id_new(plan->deciding->arena, money->money_id,
                                             debt->item->item->item_id, plan->request),
    };
}

static int older_first(const void *left, const void *right)
{
    const Reconciliation__ItemOpened *one = (*(struct plan_debt *const *)left)->item->item;
    const Reconciliation__ItemOpened *other = (*(struct plan_debt *const *)right)->item->item;
    if (one->due_date->days != other->due_date->days)
        return one->due_date->days < other->due_date->days ? -1 : 1;
    if (one->issue_date->days != other->issue_date->days)
        return one->issue_date->days < other->issue_date->days ? -1 : 1;
    int order = strcmp(one->document_number, other->document_number);
    return order ? order : strcmp(one->item_id, other->item_id);
}

struct plan_debt **application_plan_oldest_first(struct application_plan *plan, size_t *n)
{
    const struct stream_ref *refs;
    size_t found = deciding_look_up(plan->deciding, INDEX_OPEN_ITEMS, plan->account_id, &refs);
    struct plan_debt **debts = arena_get(plan->deciding->arena, (found + 1) * sizeof *debts);
    *n = 0;
    for (size_t i = 0; i < found; i++) {
        struct plan_debt *debt = application_plan_debt(plan, refs[i].id);
        if (debt)
            debts[(*n)++] = debt;
    }
    qsort(debts, *n, sizeof *debts, older_first);
    return debts;
}

void application_plan_by_policy(struct application_plan *plan, struct plan_money *money)
{
    size_t n;
    struct plan_debt **debts = application_plan_oldest_first(plan, &n);
    for (size_t i = 0; i < n && money_sign(money->left) > 0; i++)
        application_plan_add(plan, money, debts[i], NULL, MATCH_RULE_OLDEST_DUE_FIRST);
}

/* ---- saying it ---- */

static void emit_payment_applied(struct application_plan *plan, const struct planned *planned)
{
    struct arena *arena = plan->deciding->arena;
    const Reconciliation__ItemOpened *item = planned->debt->item->item;
    Reconciliation__PaymentApplied *applied =
        arena_new(arena, Reconciliation__PaymentApplied, RECONCILIATION__PAYMENT_APPLIED__INIT);
    applied->application_id = planned->application_id;
    applied->payment_id = planned->money->money_id;
    applied->item_id = item->item_id;
    applied->account_id = plan->account_id;
    applied->entity_id = plan->entity_id;
    applied->amount = money_to_message(arena, planned->amount);
    applied->rule = planned->rule;
    applied->open_after = money_to_message(arena, planned->open_after);
    applied->due_date = item->due_date;
    deciding_emit(plan->deciding, KIND_ITEM, item->item_id, &applied->base);
}

static void emit_credit_applied(struct application_plan *plan, const struct planned *planned)
{
    struct arena *arena = plan->deciding->arena;
    const Reconciliation__ItemOpened *item = planned->debt->item->item;
    Reconciliation__CreditApplied *applied =
        arena_new(arena, Reconciliation__CreditApplied, RECONCILIATION__CREDIT_APPLIED__INIT);
    applied->application_id = planned->application_id;
    applied->credit_note_id = planned->money->money_id;
    applied->item_id = item->item_id;
    applied->account_id = plan->account_id;
    applied->entity_id = plan->entity_id;
    applied->amount = money_to_message(arena, planned->amount);
    applied->open_after = money_to_message(arena, planned->open_after);
    applied->due_date = item->due_date;
    deciding_emit(plan->deciding, KIND_ITEM, item->item_id, &applied->base);
}

static void emit_used(struct application_plan *plan, const struct planned *planned)
{
    struct arena *arena = plan->deciding->arena;
    Reconciliation__MoneyUsed *used =
        arena_new(arena, Reconciliation__MoneyUsed, RECONCILIATION__MONEY_USED__INIT);
    used->money_id = planned->money->money_id;
    used->account_id = plan->account_id;
    used->entity_id = plan->entity_id;
    used->application_id = planned->application_id;
    used->item_id = planned->debt->item->item->item_id;
    used->amount = money_to_message(arena, planned->amount);
    used->left_after = money_to_message(arena, planned->left_after);
    deciding_emit(plan->deciding, KIND_MONEY, used->money_id, &used->base);
}

static void emit_settled(struct application_plan *plan, const struct planned *planned)
{
    Reconciliation__ItemSettled *settled = arena_new(
        plan->deciding->arena, Reconciliation__ItemSettled, RECONCILIATION__ITEM_SETTLED__INIT);
    settled->item_id = planned->debt->item->item->item_id;
    settled->account_id = plan->account_id;
    settled->entity_id = plan->entity_id;
    deciding_emit(plan->deciding, KIND_ITEM, settled->item_id, &settled->base);
}

void application_plan_emit(struct application_plan *plan, const char *journal_stream_id,
                           const char *document_id)
{
    if (!plan->n)
        return;
    books_open(plan->deciding, plan->entity_id, plan->posting);
    for (size_t i = 0; i < plan->n; i++) {
        const struct planned *planned = &plan->planned[i];
        if (planned->money->credit)
            emit_credit_applied(plan, planned);
        else
            emit_payment_applied(plan, planned);
        emit_used(plan, planned);
        if (money_is_zero(planned->open_after))
            emit_settled(plan, planned);
    }
    struct journal journal = journal_begin(plan->deciding, &(struct journal_options){
                                                               .id = journal_stream_id,
                                                               .template_name = "J5",
                                                               .document_id = document_id,
                                                               .account_id = plan->account_id,
                                                               .entity_id = plan->entity_id,
                                                               .currency = plan->currency,
                                                               .posting_days = plan->posting.days,
                                                           });
    journal_debit(&journal, LEDGER_UNAPPLIED, plan->total);
    journal_credit(&journal, LEDGER_RECEIVABLE, plan->total);
    journal_post(&journal, plan->deciding);
}
