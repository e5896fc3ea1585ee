/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reconciliation/domain/payment_return.h"

#include "services/reconciliation/domain/account_money.h"
#include "services/reconciliation/domain/application.h"
#include "services/reconciliation/domain/books.h"
#include "services/reconciliation/domain/journal.h"
#include "services/reconciliation/domain/open_item.h"
#include "services/reconciliation/domain/payment_match.h"

/* ---- in the payment's shard ---- */

const char *const payment_return_required[] = {"payment_id", "entity_id",  "return_reference",
                                               "amount",     "value_date", NULL};

void payment_return_declare(struct declaring *declaring, const Payments__PaymentReturned *event)
{
    declare_key(declaring, event->payment_id);
    declare_stream(declaring, KIND_MATCH, event->payment_id);
    declare_stream(declaring, KIND_JOURNAL,
                   journal_id(declaring->arena, event->payment_id, "J9", event->return_reference));
}

static void hand_over_return(struct deciding *deciding, const Payments__PaymentReturned *event,
                             const Reconciliation__MatchState *match)
{
    Reconciliation__ReturnReceipt *command = arena_new(
        deciding->arena, Reconciliation__ReturnReceipt, RECONCILIATION__RETURN_RECEIPT__INIT);
    command->payment_id = event->payment_id;
    command->account_id = match->account_id;
    command->entity_id = match->entity_id;
    command->amount = event->amount;
    command->return_reference = event->return_reference;
    command->value_date = event->value_date;
    command->from_statement = *event->statement_id != '\0';
    command->bank_account_id = event->bank_account_id;
    deciding_hand_over(deciding, match->account_id, &command->base);
}

static void suspense_return(struct deciding *deciding, const Payments__PaymentReturned *event,
                            const Reconciliation__MatchState *match, struct money amount)
{
    struct money suspended = amount_kept_of(match->suspended, amount.currency);
    if (amount_order(amount, suspended) > 0) {
        deciding_refuse(deciding, REFUSAL(RETURN_EXCEEDS_PAYMENT), "amount", NULL);
        return;
    }
    Reconciliation__SuspenseReturned *returned = arena_new(
        deciding->arena, Reconciliation__SuspenseReturned, RECONCILIATION__SUSPENSE_RETURNED__INIT);
    returned->payment_id = event->payment_id;
    returned->entity_id = match->entity_id;
    returned->amount = event->amount;
    returned->return_reference = event->return_reference;
    returned->left_after = money_to_message(deciding->arena, amount_minus(suspended, amount));
    deciding_emit(deciding, KIND_MATCH, event->payment_id, &returned->base);
    bool on_bank = *event->statement_id != '\0';
    struct journal journal = journal_begin(
        deciding,
        &(struct journal_options){
            .id = journal_id(deciding->arena, event->payment_id, "J9", event->return_reference),
            .template_name = "J7",
            .document_id = event->payment_id,
            .entity_id = match->entity_id,
            .bank_account_id = on_bank ? event->bank_account_id : "",
            .currency = amount.currency,
            .posting_days = event->value_date->days,
            .reversal = true,
        });
    journal_debit(&journal, LEDGER_UNIDENTIFIED, amount);
    journal_credit(&journal, on_bank ? LEDGER_BANK : LEDGER_CLEARING, amount);
    journal_post(&journal, deciding);
}

void payment_return_decide(struct deciding *deciding, const Payments__PaymentReturned *event)
{
    const Reconciliation__MatchState *match =
        deciding_state(deciding, KIND_MATCH, event->payment_id);
    if (!match) {
        deciding_wait(deciding, KIND_MATCH, event->payment_id);
        return;
    }
    if (payment_match_returned_before(match, event->return_reference))
        return;
    struct money amount;
    struct date value_date;
    if (!amount_read(&amount, event->amount) || money_sign(amount) <= 0 ||
        strcmp(amount.currency.code, match->amount->currency) != 0) {
        deciding_refuse(deciding, REFUSAL(AMOUNT_NOT_POSITIVE), "amount", NULL);
        return;
    }
    if (!date_read(&value_date, event->value_date)) {
        deciding_refuse(deciding, REFUSAL(DATE_MALFORMED), "value_date", NULL);
        return;
    }
    books_open(deciding, match->entity_id, value_date);
    if (match->status == MATCH_STATUS_IDENTIFIED)
        hand_over_return(deciding, event, match);
    else
        suspense_return(deciding, event, match, amount);
}

/* ---- in the account's shard ---- */

const char *const receipt_return_required[] = {"payment_id", "account_id", "return_reference",
                                               "amount",     "value_date", NULL};

void receipt_return_declare(struct declaring *declaring,
                            const Reconciliation__ReturnReceipt *command)
{
    declare_key(declaring, command->account_id);
    declare_stream(declaring, KIND_MONEY, command->payment_id);
    declare_stream(
        declaring, KIND_JOURNAL,
        journal_id(declaring->arena, command->payment_id, "J9", command->return_reference));
}

void receipt_return_declare_more(struct declaring *declaring,
                                 const Reconciliation__ReturnReceipt *command)
{
    const struct facts_source *source = declaring->source;
    const Reconciliation__MoneyState *money =
        (const Reconciliation__MoneyState *)(const void *)source->state(
            source->self, (struct stream_ref){KIND_MONEY, command->payment_id}, NULL);
    for (size_t i = 0; money && i < money->n_applications; i++)
        if (!money->applications[i]->reversed)
            declare_stream(declaring, KIND_ITEM, money->applications[i]->payment_id);
}

struct returning {
    struct deciding *deciding;
    const Reconciliation__ReturnReceipt *command;
    const Reconciliation__MoneyState *money;
    struct money amount, left, reversed;
};

/* What one item has open after the applications that this decision took back so far. */
struct returned_item {
    const char *item_id;
    struct money open;
};

static struct returned_item *returned_item(struct returned_item *items, size_t *n,
                                           const Reconciliation__ItemState *state)
{
    for (size_t i = 0; i < *n; i++)
        if (!strcmp(items[i].item_id, state->item->item_id))
            return &items[i];
    items[*n] = (struct returned_item){state->item->item_id, open_item_open(state)};
    return &items[(*n)++];
}

/* False: an item's state was not at hand, since it was applied to within this very batch; the work
 * waits and is run again at once. */
static bool items_at_hand(const struct returning *returning)
{
    for (size_t i = 0; i < returning->money->n_applications; i++) {
        const Reconciliation__Application *application = returning->money->applications[i];
        if (application->reversed || open_item_find(returning->deciding, application->payment_id))
            continue;
        deciding_wait(returning->deciding, KIND_ITEM, application->payment_id);
        return false;
    }
    return true;
}

/* Latest application first (PAY-10). */
static void applications_take_back(struct returning *returning, struct money needed)
{
    const Reconciliation__MoneyState *money = returning->money;
    size_t n_items = 0;
    struct returned_item *items =
        arena_get(returning->deciding->arena, (money->n_applications + 1) * sizeof *items);
    for (size_t i = money->n_applications; i-- > 0 && money_sign(needed) > 0;) {
        const Reconciliation__Application *application = money->applications[i];
        if (application->reversed)
            continue;
        const Reconciliation__ItemState *state =
            open_item_find(returning->deciding, application->payment_id);
        struct returned_item *item = returned_item(items, &n_items, state);
        struct money amount = amount_smaller(amount_kept(application->amount), needed);
        item->open = amount_plus(item->open, amount);
        needed = amount_minus(needed, amount);
        returning->left = amount_plus(returning->left, amount);
        returning->reversed = amount_plus(returning->reversed, amount);
        application_take_back(returning->deciding,
                              &(struct application_back){
                                  .money = money,
                                  .item = state,
                                  .application_id = application->application_id,
                                  .reason = "RETURNED",
                                  .amount = amount,
                                  .open_after = item->open,
                                  .left_after = returning->left,
                              });
    }
}

static void emit_returned(const struct returning *returning, struct date posting)
{
    struct deciding *deciding = returning->deciding;
    const Reconciliation__ReturnReceipt *command = returning->command;
    Reconciliation__MoneyReturned *returned = arena_new(
        deciding->arena, Reconciliation__MoneyReturned, RECONCILIATION__MONEY_RETURNED__INIT);
    returned->money_id = command->payment_id;
    returned->account_id = command->account_id;
    returned->entity_id = returning->money->entity_id;
    returned->amount = command->amount;
    returned->return_reference = command->return_reference;
    returned->left_after =
        money_to_message(deciding->arena, amount_minus(returning->left, returning->amount));
    deciding_emit(deciding, KIND_MONEY, command->payment_id, &returned->base);
    struct journal journal = journal_begin(
        deciding,
        &(struct journal_options){
            .id = journal_id(deciding->arena, command->payment_id, "J9", command->return_reference),
            .template_name = "J9",
            .document_id = command->payment_id,
            .account_id = command->account_id,
            .entity_id = returning->money->entity_id,
            .bank_account_id = command->from_statement ? command->bank_account_id : "",
            .currency = returning->amount.currency,
            .posting_days = posting.days,
            .reversal = true,
        });
    journal_debit(&journal, LEDGER_RECEIVABLE, returning->reversed);
    journal_credit(&journal, LEDGER_UNAPPLIED, returning->reversed);
    journal_debit(&journal, LEDGER_UNAPPLIED, returning->amount);
    journal_credit(&journal, command->from_statement ? LEDGER_BANK : LEDGER_CLEARING,
                   returning->amount);
    journal_post(&journal, deciding);
}

/* False: the decision was refused. */
static bool returning_read(struct returning *returning)
{
    const Reconciliation__MoneyState *money = returning->money;
    struct deciding *deciding = returning->deciding;
    struct date value_date;
    if (strcmp(money->money->account_id, returning->command->account_id) != 0) {
        deciding_refuse(deciding, REFUSAL(MONEY_NOT_FOUND), "account_id", NULL);
        return false;
    }
    returning->left = account_money_left(money);
    returning->reversed = money_zero(returning->left.currency);
    if (!amount_read(&returning->amount, returning->command->amount) ||
        money_sign(returning->amount) <= 0 ||
        !currency_equal(returning->amount.currency, returning->left.currency)) {
        deciding_refuse(deciding, REFUSAL(AMOUNT_NOT_POSITIVE), "amount", NULL);
        return false;
    }
    if (!date_read(&value_date, returning->command->value_date)) {
        deciding_refuse(deciding, REFUSAL(DATE_MALFORMED), "value_date", NULL);
        return false;
    }
    struct money still_here =
        amount_minus(amount_kept(money->money->amount), account_money_returned(money));
    if (amount_order(returning->amount, still_here) > 0) {
        deciding_refuse(deciding, REFUSAL(RETURN_EXCEEDS_PAYMENT), "amount", NULL);
        return false;
    }
    return true;
}

void receipt_return_decide(struct deciding *deciding, const Reconciliation__ReturnReceipt *command)
{
    struct returning returning = {.deciding = deciding,
                                  .command = command,
                                  .money = account_money_find(deciding, command->payment_id)};
    if (!returning.money) {
        deciding_wait(deciding, KIND_MONEY, command->payment_id);
        return;
    }
    if (account_money_returned_before(returning.money, command->return_reference) ||
        !returning_read(&returning) || !items_at_hand(&returning))
        return;
    struct date posting =
        date_later((struct date){command->value_date->days}, account_money_date(returning.money));
    books_open(deciding, returning.money->entity_id, posting);
    struct money unused = amount_smaller(returning.left, returning.amount);
    applications_take_back(&returning, amount_minus(returning.amount, unused));
    emit_returned(&returning, posting);
}
