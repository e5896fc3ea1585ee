/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reconciliation/domain/payment_match.h"

#include "services/reconciliation/domain/books.h"
#include "services/reconciliation/domain/journal.h"
#include "services/reconciliation/domain/match_ladder.h"
#include "services/reconciliation/domain/match_states.h"
#include "services/reconciliation/domain/policy.h"

enum { EVIDENCE_BYTES_MAX = 500 };

const char *const payment_match_required[] = {"payment_id", "entity_id", "amount", "value_date",
                                              NULL};

void payment_match_declare(struct declaring *declaring, const Payments__PaymentReceived *event)
{
    declare_key(declaring, event->payment_id);
    declare_stream(declaring, KIND_MATCH, event->payment_id);
    declare_stream(declaring, KIND_JOURNAL,
                   journal_id(declaring->arena, event->payment_id, "J7", NULL));
    declare_stream(declaring, KIND_ACCOUNT, event->account_id);
    match_ladder_declare(declaring, event);
}

struct matching {
    struct deciding *deciding;
    const Payments__PaymentReceived *payment;
    struct money amount;
    struct ladder ladder;
    struct ladder_verdict verdict;
};

/* ---- what was found ---- */

static Reconciliation__Candidate *candidate_new(struct arena *arena,
                                                const Reconciliation__ItemState *item)
{
    Reconciliation__Candidate *candidate =
        arena_new(arena, Reconciliation__Candidate, RECONCILIATION__CANDIDATE__INIT);
    candidate->item_id = item->item->item_id;
    candidate->account_id = item->item->account_id;
    candidate->document_number = item->item->document_number;
    candidate->open = item->open;
    return candidate;
}

static bool candidate_listed(Reconciliation__Candidate *const *candidates, size_t n,
                             const Reconciliation__ItemState *item)
{
    for (size_t i = 0; i < n; i++)
        if (!strcmp(candidates[i]->item_id, item->item->item_id))
            return true;
    return false;
}

static Reconciliation__Candidate **candidates_new(const struct matching *matching, size_t *n)
{
    Reconciliation__Candidate **candidates = NULL;
    *n = 0;
    for (size_t i = 0; i < matching->ladder.n_found; i++) {
        const Reconciliation__ItemState *item = matching->ladder.found[i].item;
        if (*n < match_policy_default.candidates_max && !candidate_listed(candidates, *n, item))
            arena_append(matching->deciding->arena, *n, candidates,
                         candidate_new(matching->deciding->arena, item));
    }
    return candidates;
}

static void emit_ambiguous(const struct matching *matching)
{
    struct arena *arena = matching->deciding->arena;
    Reconciliation__MatchAmbiguous *ambiguous =
        arena_new(arena, Reconciliation__MatchAmbiguous, RECONCILIATION__MATCH_AMBIGUOUS__INIT);
    ambiguous->payment_id = matching->payment->payment_id;
    ambiguous->entity_id = matching->payment->entity_id;
    ambiguous->level = matching->verdict.level;
    ambiguous->candidates = candidates_new(matching, &ambiguous->n_candidates);
    ambiguous->amount = matching->payment->amount;
    ambiguous->reason = matching->verdict.ambiguity;
    deciding_emit(matching->deciding, KIND_MATCH, ambiguous->payment_id, &ambiguous->base);
}

static void emit_made(const struct matching *matching)
{
    struct arena *arena = matching->deciding->arena;
    Reconciliation__MatchMade *made =
        arena_new(arena, Reconciliation__MatchMade, RECONCILIATION__MATCH_MADE__INIT);
    made->payment_id = matching->payment->payment_id;
    made->entity_id = matching->payment->entity_id;
    made->level = matching->verdict.level;
    made->rule = matching->verdict.rule;
    made->account_id = matching->verdict.account_id;
    made->candidates = candidates_new(matching, &made->n_candidates);
    made->amount = matching->payment->amount;
    made->policy_version = match_policy_default.version;
    deciding_emit(matching->deciding, KIND_MATCH, made->payment_id, &made->base);
}

/* ---- the payer is known ---- */

static void emit_identified(struct deciding *deciding,
                            const Reconciliation__PayerIdentified *content)
{
    Reconciliation__PayerIdentified *identified =
        arena_copy(deciding->arena, content, sizeof *content);
    deciding_emit(deciding, KIND_MATCH, identified->payment_id, &identified->base);
}

static void hand_over_receipt(const struct matching *matching)
{
    const Payments__PaymentReceived *payment = matching->payment;
    const struct ladder_verdict *verdict = &matching->verdict;
    struct arena *arena = matching->deciding->arena;
    Reconciliation__PlaceReceipt *command =
        arena_new(arena, Reconciliation__PlaceReceipt, RECONCILIATION__PLACE_RECEIPT__INIT);
    command->payment_id = payment->payment_id;
    command->account_id = verdict->account_id;
    command->entity_id = payment->entity_id;
    command->amount = payment->amount;
    command->value_date = payment->value_date;
    command->rule = verdict->rule;
    command->apply_by_policy = verdict->by_policy;
    command->from_statement = *payment->statement_id != '\0';
    command->bank_account_id = command->from_statement ? payment->bank_account_id : "";
    command->at_risk_until_us = payment->at_risk_until_us;
    if (verdict->item)
        arena_append(arena, command->n_item_ids, command->item_ids,
                     (void *)(uintptr_t)verdict->item->item->item_id);
    if (payment->remittance && !verdict->ambiguity) {
        command->n_document_numbers = payment->remittance->n_document_numbers;
        command->document_numbers = payment->remittance->document_numbers;
    }
    deciding_hand_over(matching->deciding, verdict->account_id, &command->base);
}

static void place(const struct matching *matching)
{
    emit_identified(matching->deciding, &(Reconciliation__PayerIdentified){
                                            .base = PROTOBUF_C_MESSAGE_INIT(
                                                &reconciliation__payer_identified__descriptor),
                                            .payment_id = matching->payment->payment_id,
                                            .account_id = matching->verdict.account_id,
                                            .entity_id = matching->payment->entity_id,
                                            .amount = matching->payment->amount,
                                            .evidence = "",
                                            .rule = matching->verdict.rule,
                                        });
    hand_over_receipt(matching);
}

/* ---- the payer is unknown ---- */

static void suspend(const struct matching *matching)
{
    const Payments__PaymentReceived *payment = matching->payment;
    struct deciding *deciding = matching->deciding;
    Reconciliation__SentToSuspense *sent = arena_new(
        deciding->arena, Reconciliation__SentToSuspense, RECONCILIATION__SENT_TO_SUSPENSE__INIT);
    bool on_bank = *payment->statement_id != '\0';
    sent->payment_id = payment->payment_id;
    sent->entity_id = payment->entity_id;
    sent->amount = payment->amount;
    sent->opened = payment->booking_date ? payment->booking_date : payment->value_date;
    sent->reason = matching->verdict.ambiguity ? matching->verdict.ambiguity : "NO_MATCH";
    sent->value_date = payment->value_date;
    sent->at_risk_until_us = payment->at_risk_until_us;
    sent->from_statement = on_bank;
    if (payment->remittance) {
        sent->n_document_numbers = payment->remittance->n_document_numbers;
        sent->document_numbers = payment->remittance->document_numbers;
    }
    deciding_emit(deciding, KIND_MATCH, payment->payment_id, &sent->base);
    struct journal journal = journal_begin(
        deciding, &(struct journal_options){
                      .id = journal_id(deciding->arena, payment->payment_id, "J7", NULL),
                      .template_name = "J7",
                      .document_id = payment->payment_id,
                      .entity_id = payment->entity_id,
                      .bank_account_id = on_bank ? payment->bank_account_id : "",
                      .currency = matching->amount.currency,
                      .posting_days = payment->value_date->days,
                  });
    journal_debit(&journal, on_bank ? LEDGER_BANK : LEDGER_CLEARING, matching->amount);
    journal_credit(&journal, LEDGER_UNIDENTIFIED, matching->amount);
    journal_post(&journal, deciding);
}

/* ---- a payment arrives ---- */

/* False: the decision was refused, or waits. *given stays NULL if none was named or it cannot take
 * this money. */
static bool payment_read(struct matching *matching, const Reconciliation__AccountKnownState **given)
{
    const Payments__PaymentReceived *payment = matching->payment;
    struct deciding *deciding = matching->deciding;
    struct date value_date;
    if (!amount_read(&matching->amount, payment->amount) || money_sign(matching->amount) <= 0) {
        deciding_refuse(deciding, REFUSAL(AMOUNT_NOT_POSITIVE), "amount", NULL);
        return false;
    }
    if (!date_read(&value_date, payment->value_date)) {
        deciding_refuse(deciding, REFUSAL(DATE_MALFORMED), "value_date", NULL);
        return false;
    }
    *given = NULL;
    if (!*payment->account_id)
        return true;
    const Reconciliation__AccountKnownState *account =
        known_account_find(deciding, payment->account_id);
    if (!account) {
        deciding_wait(deciding, KIND_ACCOUNT, payment->account_id);
        return false;
    }
    if (known_account_holds(account, payment->entity_id, matching->amount.currency))
        *given = account;
    return true;
}

void payment_match_decide(struct deciding *deciding, const Payments__PaymentReceived *event)
{
    struct matching matching = {.deciding = deciding, .payment = event};
    const Reconciliation__AccountKnownState *given;
    if (deciding_state(deciding, KIND_MATCH, event->payment_id) || !payment_read(&matching, &given))
        return;
    match_ladder_climb(&matching.ladder, deciding, event, matching.amount);
    matching.verdict = match_ladder_judge(&matching.ladder, given);
    books_open(deciding, event->entity_id, (struct date){event->value_date->days});
    if (matching.verdict.ambiguity)
        emit_ambiguous(&matching);
    else if (matching.verdict.account_id)
        emit_made(&matching);
    if (matching.verdict.account_id)
        place(&matching);
    else
        suspend(&matching);
}

/* ---- a person names the payer ---- */

const char *const payment_identify_required[] = {"payment_id", "account_id", NULL};

void payment_identify_declare(struct declaring *declaring,
                              const Reconciliation__IdentifyPayer *command)
{
    declare_key(declaring, command->payment_id);
    declare_stream(declaring, KIND_MATCH, command->payment_id);
    declare_stream(declaring, KIND_ACCOUNT, command->account_id);
}

static bool may_identify(struct deciding *deciding, const Reconciliation__IdentifyPayer *command,
                         const Reconciliation__MatchState *match)
{
    if (!match) {
        deciding_refuse(deciding, REFUSAL(PAYMENT_NOT_FOUND), "payment_id", NULL);
        return false;
    }
    if (match->status == MATCH_STATUS_MOVEMENT) {
        deciding_refuse(deciding, REFUSAL(MOVEMENT_NOT_A_RECEIPT), "payment_id", NULL);
        return false;
    }
    if (match->status != MATCH_STATUS_SUSPENSE ||
        !match_transition_find(match->status, MATCH_IDENTIFIED, NULL)) {
        deciding_refuse(deciding, REFUSAL(NOT_IN_SUSPENSE), "payment_id", NULL);
        return false;
    }
    if (strlen(command->evidence) > EVIDENCE_BYTES_MAX) {
        deciding_refuse(deciding, REFUSAL(TEXT_TOO_LONG), "evidence", NULL);
        return false;
    }
    const Reconciliation__AccountKnownState *account =
        known_account_find(deciding, command->account_id);
    if (!account) {
        deciding_refuse(deciding, REFUSAL(ACCOUNT_NOT_FOUND), "account_id", NULL);
        return false;
    }
    if (strcmp(account->entity_id, match->entity_id) != 0) {
        deciding_refuse(deciding, REFUSAL(ENTITY_MISMATCH), "account_id", NULL);
        return false;
    }
    if (strcmp(account->currency, match->amount->currency) != 0) {
        deciding_refuse(deciding, REFUSAL(CURRENCY_MISMATCH), "account_id", NULL);
        return false;
    }
    return true;
}

/* What the payer had named and only the account was missing for: one document of this account is
 * paid first; several stay for a person; none leaves the order to the policy. */
static void name_candidates(struct deciding *deciding, const Reconciliation__MatchState *match,
                            Reconciliation__PlaceReceipt *command)
{
    size_t n = 0;
    const char *only = NULL;
    for (size_t i = 0; i < match->n_candidates; i++) {
        if (strcmp(match->candidates[i]->account_id, command->account_id) != 0)
            continue;
        only = match->candidates[i]->item_id;
        n++;
    }
    command->n_document_numbers = match->n_document_numbers;
    command->document_numbers = match->document_numbers;
    command->apply_by_policy = n == 0 && !match->n_document_numbers;
    if (n == 1)
        arena_append(deciding->arena, command->n_item_ids, command->item_ids,
                     (void *)(uintptr_t)only);
}

void payment_identify_decide(struct deciding *deciding,
                             const Reconciliation__IdentifyPayer *command)
{
    const Reconciliation__MatchState *match =
        deciding_state(deciding, KIND_MATCH, command->payment_id);
    if (!may_identify(deciding, command, match))
        return;
    books_open(deciding, match->entity_id,
               date_later(books_today(deciding), (struct date){match->value_date->days}));
    emit_identified(deciding, &(Reconciliation__PayerIdentified){
                                  .base = PROTOBUF_C_MESSAGE_INIT(
                                      &reconciliation__payer_identified__descriptor),
                                  .payment_id = command->payment_id,
                                  .account_id = command->account_id,
                                  .entity_id = match->entity_id,
                                  .amount = match->suspended,
                                  .evidence = command->evidence,
                                  .rule = MATCH_RULE_PERSON,
                                  .from_suspense = true,
                              });
    Reconciliation__PlaceReceipt *place_command = arena_new(
        deciding->arena, Reconciliation__PlaceReceipt, RECONCILIATION__PLACE_RECEIPT__INIT);
    place_command->payment_id = command->payment_id;
    place_command->account_id = command->account_id;
    place_command->entity_id = match->entity_id;
    place_command->amount = match->suspended;
    place_command->value_date = match->value_date;
    place_command->rule = MATCH_RULE_PERSON;
    place_command->from_suspense = true;
    place_command->from_statement = match->from_statement;
    place_command->at_risk_until_us = match->at_risk_until_us;
    name_candidates(deciding, match, place_command);
    deciding_hand_over(deciding, command->account_id, &place_command->base);
}

/* ---- a movement that is no receipt ---- */

const char *const bank_movement_required[] = {"movement_id", "entity_id", "amount", "booking_date",
                                              NULL};

void bank_movement_declare(struct declaring *declaring, const Payments__BankMovementRecorded *event)
{
    declare_key(declaring, event->movement_id);
    declare_stream(declaring, KIND_MATCH, event->movement_id);
    declare_stream(declaring, KIND_JOURNAL,
                   journal_id(declaring->arena, event->movement_id, "J7", NULL));
}

void bank_movement_decide(struct deciding *deciding, const Payments__BankMovementRecorded *event)
{
    struct money amount;
    struct date booked;
    if (deciding_state(deciding, KIND_MATCH, event->movement_id))
        return;
    if (!amount_read(&amount, event->amount)) {
        deciding_refuse(deciding, REFUSAL(AMOUNT_MALFORMED), "amount", NULL);
        return;
    }
    if (!date_read(&booked, event->booking_date)) {
        deciding_refuse(deciding, REFUSAL(DATE_MALFORMED), "booking_date", NULL);
        return;
    }
    Reconciliation__MovementSuspended *moved =
        arena_new(deciding->arena, Reconciliation__MovementSuspended,
                  RECONCILIATION__MOVEMENT_SUSPENDED__INIT);
    moved->movement_id = event->movement_id;
    moved->entity_id = event->entity_id;
    moved->amount = event->amount;
    moved->opened = event->booking_date;
    moved->transaction_code = event->transaction_code;
    books_open(deciding, event->entity_id, booked);
    deciding_emit(deciding, KIND_MATCH, event->movement_id, &moved->base);
    struct journal journal = journal_begin(
        deciding, &(struct journal_options){
                      .id = journal_id(deciding->arena, event->movement_id, "J7", NULL),
                      .template_name = "J7",
                      .document_id = event->movement_id,
                      .entity_id = event->entity_id,
                      .bank_account_id = event->bank_account_id,
                      .currency = amount.currency,
                      .posting_days = booked.days,
                  });
    bool left = money_sign(amount) < 0;
    struct money moved_amount = left ? amount_negated(amount) : amount; /* in bounds: it was read */
    journal_debit(&journal, left ? LEDGER_UNIDENTIFIED : LEDGER_BANK, moved_amount);
    journal_credit(&journal, left ? LEDGER_BANK : LEDGER_UNIDENTIFIED, moved_amount);
    journal_post(&journal, deciding);
}

/* ---- folding ---- */

bool payment_match_returned_before(const Reconciliation__MatchState *match,
                                   const char *return_reference)
{
    for (size_t i = 0; i < match->n_return_references; i++)
        if (!strcmp(match->return_references[i], return_reference))
            return true;
    return false;
}

static void evolve_status(Reconciliation__MatchState *state, enum match_event event)
{
    (void)match_transition_find(state->status, event, &state->status);
}

void payment_match_evolve_made(struct arena *arena, Reconciliation__MatchState *state,
                               const Reconciliation__MatchMade *event)
{
    (void)arena;
    state->payment_id = event->payment_id;
    state->entity_id = event->entity_id;
    state->amount = event->amount;
    state->n_candidates = event->n_candidates;
    state->candidates = event->candidates;
}

void payment_match_evolve_ambiguous(struct arena *arena, Reconciliation__MatchState *state,
                                    const Reconciliation__MatchAmbiguous *event)
{
    (void)arena;
    state->payment_id = event->payment_id;
    state->entity_id = event->entity_id;
    state->amount = event->amount;
    state->n_candidates = event->n_candidates;
    state->candidates = event->candidates;
}

void payment_match_evolve_suspended(struct arena *arena, Reconciliation__MatchState *state,
                                    const Reconciliation__SentToSuspense *event)
{
    (void)arena;
    evolve_status(state, MATCH_SUSPENDED);
    state->payment_id = event->payment_id;
    state->entity_id = event->entity_id;
    state->amount = event->amount;
    state->suspended = event->amount;
    state->opened = event->opened;
    state->value_date = event->value_date;
    state->at_risk_until_us = event->at_risk_until_us;
    state->from_statement = event->from_statement;
    state->n_document_numbers = event->n_document_numbers;
    state->document_numbers = event->document_numbers;
}

void payment_match_evolve_identified(struct arena *arena, Reconciliation__MatchState *state,
                                     const Reconciliation__PayerIdentified *event)
{
    evolve_status(state, MATCH_IDENTIFIED);
    state->payment_id = event->payment_id;
    state->entity_id = event->entity_id;
    state->account_id = event->account_id;
    if (!state->amount)
        state->amount = event->amount;
    if (state->suspended)
        state->suspended =
            money_to_message(arena, money_zero(amount_kept(state->suspended).currency));
}

void payment_match_evolve_returned(struct arena *arena, Reconciliation__MatchState *state,
                                   const Reconciliation__SuspenseReturned *event)
{
    bool whole = money_is_zero(amount_kept(event->left_after));
    evolve_status(state, whole ? MATCH_RETURNED_WHOLE : MATCH_RETURNED_PART);
    state->suspended = event->left_after;
    arena_append(arena, state->n_return_references, state->return_references,
                 (void *)(uintptr_t)event->return_reference);
}

void payment_match_evolve_moved(struct arena *arena, Reconciliation__MatchState *state,
                                const Reconciliation__MovementSuspended *event)
{
    (void)arena;
    evolve_status(state, MATCH_MOVED);
    state->payment_id = event->movement_id;
    state->entity_id = event->entity_id;
    state->amount = event->amount;
    state->suspended = event->amount;
    state->opened = event->opened;
    state->value_date = event->opened;
    state->from_statement = true;
}
