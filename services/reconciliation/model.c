/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reconciliation/model.h"

#include "common/service/access.h"
#include "services/reconciliation/domain/account_money.h"
#include "services/reconciliation/domain/journal.h"
#include "services/reconciliation/domain/kinds.h"
#include "services/reconciliation/domain/known_account.h"
#include "services/reconciliation/domain/open_item.h"
#include "services/reconciliation/domain/payment_match.h"
#include "services/reconciliation/domain/tie_out.h"
#include "services/reconciliation/inbound.h"
#include "services/reconciliation/store.h"
#include "services/reconciliation/tables.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- streams ---- */

EVOLVER(known_account_evolve, Reconciliation__AccountKnownState, Reconciliation__AccountRecognised)
EVOLVER(open_item_evolve_opened, Reconciliation__ItemState, Reconciliation__ItemOpened)
EVOLVER(open_item_evolve_applied, Reconciliation__ItemState, Reconciliation__PaymentApplied)
EVOLVER(open_item_evolve_credited, Reconciliation__ItemState, Reconciliation__CreditApplied)
EVOLVER(open_item_evolve_reversed, Reconciliation__ItemState, Reconciliation__ApplicationReversed)
EVOLVER(account_money_evolve_placed, Reconciliation__MoneyState, Reconciliation__MoneyOnAccount)
EVOLVER(account_money_evolve_used, Reconciliation__MoneyState, Reconciliation__MoneyUsed)
EVOLVER(account_money_evolve_returned, Reconciliation__MoneyState, Reconciliation__MoneyReturned)
EVOLVER(payment_match_evolve_made, Reconciliation__MatchState, Reconciliation__MatchMade)
EVOLVER(payment_match_evolve_ambiguous, Reconciliation__MatchState, Reconciliation__MatchAmbiguous)
EVOLVER(payment_match_evolve_suspended, Reconciliation__MatchState, Reconciliation__SentToSuspense)
EVOLVER(payment_match_evolve_identified, Reconciliation__MatchState,
        Reconciliation__PayerIdentified)
EVOLVER(payment_match_evolve_returned, Reconciliation__MatchState, Reconciliation__SuspenseReturned)
EVOLVER(payment_match_evolve_moved, Reconciliation__MatchState, Reconciliation__MovementSuspended)
EVOLVER(journal_evolve_posted, Reconciliation__JournalState, Reconciliation__JournalPosted)
EVOLVER(tie_out_evolve_proved, Reconciliation__TieOutState, Reconciliation__TieOutProved)
EVOLVER(tie_out_evolve_broken, Reconciliation__TieOutState, Reconciliation__TieOutBroken)

static const struct evolution account_evolutions[] = {
    {&reconciliation__account_recognised__descriptor, known_account_evolve_any,
     "debts and money of this account may meet here"},
};

static const struct evolution item_evolutions[] = {
    {&reconciliation__item_opened__descriptor, open_item_evolve_opened_any,
     "the document is to be paid: BT-115 is open until its due date and after (PAY-4)"},
    {&reconciliation__payment_applied__descriptor, open_item_evolve_applied_any,
     "money settled a part or all of it (PAY-3)"},
    {&reconciliation__credit_applied__descriptor, open_item_evolve_credited_any,
     "a credit note took a part or all of it back (INV-16)"},
    {&reconciliation__application_reversed__descriptor, open_item_evolve_reversed_any,
     "the money went back or elsewhere: open again, with the original due date (PAY-10)"},
    {&reconciliation__item_settled__descriptor, NULL, "nothing is open; collections may rest"},
};

static const struct evolution money_evolutions[] = {
    {&reconciliation__money_on_account__descriptor, account_money_evolve_placed_any,
     "the account has paid, or was credited more than it owed (PAY-5)"},
    {&reconciliation__money_used__descriptor, account_money_evolve_used_any,
     "a part settled a debt, or came back from one"},
    {&reconciliation__money_returned__descriptor, account_money_evolve_returned_any,
     "the bank took it back (PAY-10)"},
};

static const struct evolution match_evolutions[] = {
    {&reconciliation__match_made__descriptor, payment_match_evolve_made_any,
     "a rule found where the payment belongs; kept with what it saw (REC-2)"},
    {&reconciliation__match_ambiguous__descriptor, payment_match_evolve_ambiguous_any,
     "the evidence is not certain: a person chooses among the candidates (REC-1)"},
    {&reconciliation__sent_to_suspense__descriptor, payment_match_evolve_suspended_any,
     "nobody can be named: it waits in 2300 (REC-6)"},
    {&reconciliation__payer_identified__descriptor, payment_match_evolve_identified_any,
     "the account is known; its shard places the money"},
    {&reconciliation__suspense_returned__descriptor, payment_match_evolve_returned_any,
     "the bank took it back before a payer was named"},
    {&reconciliation__movement_suspended__descriptor, payment_match_evolve_moved_any,
     "a bank movement that no receivable explains (REC-6)"},
};

static const struct evolution journal_evolutions[] = {
    {&reconciliation__journal_posted__descriptor, journal_evolve_posted_any,
     "posted once, balanced (GEN-9); a correction is another journal"},
};

static const struct evolution tie_out_evolutions[] = {
    {&reconciliation__tie_out_proved__descriptor, tie_out_evolve_proved_any,
     "four code paths said the same (REC-8)"},
    {&reconciliation__tie_out_broken__descriptor, tie_out_evolve_broken_any,
     "they did not; what differs is named (REC-8)"},
};

#define KIND(number, kind_name, state_descriptor, evolution_table)                                 \
    {                                                                                              \
        .code = number, .name = kind_name, .state = &state_descriptor,                             \
        .evolutions = evolution_table, .n_evolutions = COUNT(evolution_table), .fold_version = 1   \
    }

/* Written once and seldom asked for again. */
#define COLD_KIND(number, kind_name, state_descriptor, evolution_table)                            \
    {                                                                                              \
        .code = number, .name = kind_name, .state = &state_descriptor,                             \
        .evolutions = evolution_table, .n_evolutions = COUNT(evolution_table), .fold_version = 1,  \
        .cold = true                                                                               \
    }

static const struct stream_kind kinds[] = {
    KIND(KIND_ACCOUNT, "account", reconciliation__account_known_state__descriptor,
         account_evolutions),
    KIND(KIND_ITEM, "item", reconciliation__item_state__descriptor, item_evolutions),
    KIND(KIND_MONEY, "money", reconciliation__money_state__descriptor, money_evolutions),
    KIND(KIND_MATCH, "match", reconciliation__match_state__descriptor, match_evolutions),
    COLD_KIND(KIND_JOURNAL, "journal", reconciliation__journal_state__descriptor,
              journal_evolutions),
    COLD_KIND(KIND_TIE_OUT, "tie_out", reconciliation__tie_out_state__descriptor,
              tie_out_evolutions),
};

/* ---- the service ---- */

static const char *const topics_in[] = {"billing.invoicing.events", "billing.payments.events"};

static const struct look_up_index indexes[] = {
    [INDEX_REFERENCE] = {"reference", .unique = false},
    [INDEX_ACCOUNT_NUMBER] = {"account_number", .unique = false},
    [INDEX_OPEN_ITEMS] = {"open_items", .unique = false},
    [INDEX_OPEN_MONEY] = {"open_money", .unique = false},
};

static const struct table *const tables[] = {
    &reconciliation_account_table,
    &reconciliation_item_table,
    &reconciliation_application_table,
    &reconciliation_money_table,
    &reconciliation_match_table,
    &reconciliation_journal_table,
    &reconciliation_journal_line_table,
    &reconciliation_statement_table,
    &reconciliation_statement_posted_table,
    &reconciliation_tie_out_table,
    &reconciliation_statement_rows_table,
    &reconciliation_incoming_table,
    &reconciliation_ledger_table,
    &reconciliation_bank_ledger_table,
    &reconciliation_document_table,
    &access_token_table,
};

static void project_event(struct projecting *projecting, const struct record *record,
                          const ProtobufCMessage *event)
{
    reconciliation_project_event(projecting, record, event);
    access_project_event(projecting, record, event);
}

const struct service_model reconciliation_model = {
    .name = "reconciliation",
    .feed_id = "/billing/reconciliation",
    .topic_out = "billing.reconciliation.events",
    .topics_in = topics_in,
    .n_topics_in = COUNT(topics_in),
    .kinds = kinds,
    .n_kinds = COUNT(kinds),
    .indexes = indexes,
    .n_indexes = COUNT(indexes),
    .handlers = reconciliation_handlers,
    .n_handlers = RECONCILIATION_HANDLERS,
    .heard = reconciliation_heard,
    .n_heard = RECONCILIATION_HEARD,
    .ignored = reconciliation_ignored,
    .n_ignored = RECONCILIATION_IGNORED,
    .tables = tables,
    .n_tables = COUNT(tables),
    .index = reconciliation_index,
    .project_event = project_event,
    .project_state = reconciliation_project_state,
};
