/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reconciliation/domain/receipt.h"

#include "services/reconciliation/domain/application_plan.h"
#include "services/reconciliation/domain/books.h"
#include "services/reconciliation/domain/journal.h"
#include "services/reconciliation/domain/known_account.h"
#include "services/reconciliation/domain/reference.h"

const char *const receipt_place_required[] = {"payment_id", "account_id", "entity_id",
                                              "amount",     "value_date", NULL};

static const char *receipt_journal(struct arena *arena, const Reconciliation__PlaceReceipt *command)
{
    return journal_id(arena, command->payment_id, command->from_suspense ? "J7" : "J4", "account");
}

void receipt_place_declare(struct declaring *declaring, const Reconciliation__PlaceReceipt *command)
{
    struct arena *arena = declaring->arena;
    declare_key(declaring, command->account_id);
    declare_stream(declaring, KIND_ACCOUNT, command->account_id);
    declare_stream(declaring, KIND_MONEY, command->payment_id);
    declare_stream(declaring, KIND_JOURNAL, receipt_journal(arena, command));
    declare_stream(declaring, KIND_JOURNAL, journal_id(arena, command->payment_id, "J5", NULL));
    for (size_t i = 0; i < command->n_item_ids; i++)
        declare_stream(declaring, KIND_ITEM, command->item_ids[i]);
    for (size_t i = 0; i < command->n_document_numbers; i++)
        declare_look_up(declaring, INDEX_REFERENCE,
                        reference_key_new(arena, command->entity_id, command->document_numbers[i]));
    if (command->apply_by_policy)
        declare_look_up(declaring, INDEX_OPEN_ITEMS, command->account_id);
}

static void emit_placed(struct deciding *deciding, const Reconciliation__PlaceReceipt *command,
                        const Reconciliation__AccountKnownState *account, struct money amount,
                        struct date posting)
{
    Reconciliation__MoneyOnAccount *placed = arena_new(
        deciding->arena, Reconciliation__MoneyOnAccount, RECONCILIATION__MONEY_ON_ACCOUNT__INIT);
    placed->money_id = command->payment_id;
    placed->account_id = command->account_id;
    placed->customer_id = account->customer_id;
    placed->entity_id = command->entity_id;
    placed->amount = command->amount;
    placed->value_date = command->value_date;
    placed->at_risk_until_us = command->at_risk_until_us;
    deciding_emit(deciding, KIND_MONEY, command->payment_id, &placed->base);
    bool on_bank = command->from_statement && !command->from_suspense;
    struct journal journal =
        journal_begin(deciding, &(struct journal_options){
                                    .id = receipt_journal(deciding->arena, command),
                                    .template_name = command->from_suspense ? "J7" : "J4",
                                    .document_id = command->payment_id,
                                    .account_id = command->account_id,
                                    .entity_id = command->entity_id,
                                    .bank_account_id = on_bank ? command->bank_account_id : "",
                                    .currency = amount.currency,
                                    .posting_days = posting.days,
                                });
    journal_debit(&journal,
                  command->from_suspense ? LEDGER_UNIDENTIFIED
                  : on_bank              ? LEDGER_BANK
                                         : LEDGER_CLEARING,
                  amount);
    journal_credit(&journal, LEDGER_UNAPPLIED, amount);
    journal_post(&journal, deciding);
}

/* What the payer or a rule named, in that order (PAY-3: a designation binds). */
static void plan_named(struct application_plan *plan, struct plan_money *money,
                       const Reconciliation__PlaceReceipt *command)
{
    struct deciding *deciding = plan->deciding;
    for (size_t i = 0; i < command->n_item_ids; i++) {
        struct plan_debt *debt = application_plan_debt(plan, command->item_ids[i]);
        if (debt)
            application_plan_add(plan, money, debt, NULL, command->rule);
    }
    for (size_t i = 0; i < command->n_document_numbers; i++) {
        const char *number = command->document_numbers[i];
        const char *key = reference_key_new(deciding->arena, command->entity_id, number);
        const struct stream_ref *refs;
        size_t n = key ? deciding_look_up(deciding, INDEX_REFERENCE, key, &refs) : 0;
        for (size_t at = 0; at < n; at++) {
            struct plan_debt *debt = application_plan_debt(plan, refs[at].id);
            if (debt && reference_same(debt->item->item->document_number, number))
                application_plan_add(plan, money, debt, NULL, MATCH_RULE_DESIGNATED);
        }
    }
}

void receipt_place_decide(struct deciding *deciding, const Reconciliation__PlaceReceipt *command)
{
    const Reconciliation__AccountKnownState *account =
        known_account_find(deciding, command->account_id);
    if (!account) {
        deciding_wait(deciding, KIND_ACCOUNT, command->account_id);
        return;
    }
    if (account_money_find(deciding, command->payment_id))
        return;
    struct money amount;
    struct date value_date;
    if (!amount_read(&amount, command->amount) || money_sign(amount) <= 0) {
        deciding_refuse(deciding, REFUSAL(AMOUNT_NOT_POSITIVE), "amount", NULL);
        return;
    }
    if (!date_read(&value_date, command->value_date)) {
        deciding_refuse(deciding, REFUSAL(DATE_MALFORMED), "value_date", NULL);
        return;
    }
    if (!known_account_holds(account, command->entity_id, amount.currency)) {
        deciding_refuse(deciding, REFUSAL(ENTITY_MISMATCH), "account_id", NULL);
        return;
    }
    /* The day on which the payment's shard posted: for identified money the day of the
     * identification. */
    struct date posting = date_later(value_date, (struct date){deciding->cause_posting_days});
    books_open(deciding, command->entity_id, posting);
    emit_placed(deciding, command, account, amount, posting);

    struct application_plan plan = application_plan_begin(
        deciding, command->account_id, command->entity_id, amount.currency, posting, "receipt");
    struct plan_money money = {.money_id = command->payment_id, .left = amount, .date = value_date};
    plan_named(&plan, &money, command);
    if (command->apply_by_policy)
        application_plan_by_policy(&plan, &money);
    application_plan_emit(&plan, journal_id(deciding->arena, command->payment_id, "J5", NULL),
                          command->payment_id);
}
