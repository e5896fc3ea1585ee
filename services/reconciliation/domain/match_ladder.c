/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reconciliation/domain/match_ladder.h"

#include "services/reconciliation/domain/kinds.h"
#include "services/reconciliation/domain/reference.h"

/* ---- what may be named ---- */

static void declare_reference(struct declaring *declaring, const char *entity_id, const char *text)
{
    char reference[REFERENCE_SIZE];
    struct creditor_reference whole;
    const char *own = reference_of_creditor(reference, &whole, text) ? reference : text;
    const char *key = reference_key_new(declaring->arena, entity_id, own);
    if (!key)
        return;
    declare_look_up(declaring, INDEX_REFERENCE, key);
    declare_look_up(declaring, INDEX_ACCOUNT_NUMBER, key);
}

void match_ladder_declare(struct declaring *declaring, const Payments__PaymentReceived *payment)
{
    const Payments__Remittance *remittance = payment->remittance;
    char id[37];
    if (!remittance)
        return;
    if (reference_as_id(id, remittance->end_to_end_id))
        declare_stream(declaring, KIND_ITEM, arena_copy_text(declaring->arena, id));
    declare_reference(declaring, payment->entity_id, remittance->end_to_end_id);
    for (size_t i = 0; i < remittance->n_creditor_references; i++)
        declare_reference(declaring, payment->entity_id, remittance->creditor_references[i]);
    for (size_t i = 0; i < remittance->n_references_in_text; i++)
        declare_reference(declaring, payment->entity_id, remittance->references_in_text[i]);
    for (size_t i = 0; i < remittance->n_document_numbers; i++)
        declare_reference(declaring, payment->entity_id, remittance->document_numbers[i]);
}

/* ---- climbing ---- */

static bool may_match(const struct ladder *ladder, const Reconciliation__ItemState *item)
{
    return item && item->item && !strcmp(item->entity_id, ladder->payment->entity_id) &&
           !strcmp(item->open->currency, ladder->amount.currency.code);
}

/* One item is one result of a level, however often it is named there. */
static void found_add(struct ladder *ladder, uint32_t level, Reconciliation__MatchRule rule,
                      const Reconciliation__ItemState *item)
{
    if (!may_match(ladder, item) || ladder->n_found == LADDER_FOUND_MAX)
        return;
    for (size_t i = 0; i < ladder->n_found; i++)
        if (ladder->found[i].level == level && ladder->found[i].rule == rule &&
            !strcmp(ladder->found[i].item->item->item_id, item->item->item_id))
            return;
    ladder->found[ladder->n_found++] = (struct ladder_found){level, rule, item};
}

static void account_add(struct ladder *ladder, const Reconciliation__AccountKnownState *account,
                        const char *number)
{
    if (!account ||
        !known_account_holds(account, ladder->payment->entity_id, ladder->amount.currency) ||
        !reference_same(account->account_number, number))
        return;
    if (ladder->account && strcmp(ladder->account->account_id, account->account_id) != 0)
        ladder->accounts_differ = true;
    ladder->account = account;
}

/* An item under `number`; `creditor`, if given, must be its whole reference, else `number` its
 * whole document number. */
static void look_up_items(struct ladder *ladder, const char *number,
                          const struct creditor_reference *creditor, uint32_t level,
                          Reconciliation__MatchRule rule)
{
    const struct stream_ref *refs;
    const char *key =
        reference_key_new(ladder->deciding->arena, ladder->payment->entity_id, number);
    size_t n = key ? deciding_look_up(ladder->deciding, INDEX_REFERENCE, key, &refs) : 0;
    for (size_t i = 0; i < n; i++) {
        const Reconciliation__ItemState *item = open_item_find(ladder->deciding, refs[i].id);
        if (!item || !item->item)
            continue;
        if (creditor ? !strcmp(item->item->creditor_reference, creditor->text)
                     : reference_same(item->item->document_number, number))
            found_add(ladder, level, rule, item);
    }
}

static void look_up_accounts(struct ladder *ladder, const char *number)
{
    const struct stream_ref *refs;
    const char *key =
        reference_key_new(ladder->deciding->arena, ladder->payment->entity_id, number);
    size_t n = key ? deciding_look_up(ladder->deciding, INDEX_ACCOUNT_NUMBER, key, &refs) : 0;
    for (size_t i = 0; i < n; i++)
        account_add(ladder, known_account_find(ladder->deciding, refs[i].id), number);
}

/* Level 1: an id that we gave out with the request to pay. */
static void climb_end_to_end(struct ladder *ladder, const char *text)
{
    char id[37], reference[REFERENCE_SIZE];
    struct creditor_reference whole;
    if (reference_as_id(id, text))
        found_add(ladder, 1, MATCH_RULE_END_TO_END_ID, open_item_find(ladder->deciding, id));
    if (reference_of_creditor(reference, &whole, text))
        look_up_items(ladder, reference, &whole, 1, MATCH_RULE_END_TO_END_ID);
    else
        look_up_items(ladder, text, NULL, 1, MATCH_RULE_END_TO_END_ID);
}

/* Level 2 if it is a valid creditor reference, in its own field or in the text; else level 3: a
 * whole document number. Either may instead name the account (level 8: its money, but no debt). */
static void climb_reference(struct ladder *ladder, const char *text)
{
    char reference[REFERENCE_SIZE];
    struct creditor_reference whole;
    if (reference_of_creditor(reference, &whole, text)) {
        look_up_items(ladder, reference, &whole, 2, MATCH_RULE_CREDITOR_REFERENCE);
        look_up_accounts(ladder, reference);
        return;
    }
    look_up_items(ladder, text, NULL, 3, MATCH_RULE_DOCUMENT_NUMBER);
    look_up_accounts(ladder, text);
}

void match_ladder_climb(struct ladder *ladder, struct deciding *deciding,
                        const Payments__PaymentReceived *payment, struct money amount)
{
    *ladder = (struct ladder){.deciding = deciding, .payment = payment, .amount = amount};
    const Payments__Remittance *remittance = payment->remittance;
    if (!remittance)
        return;
    for (size_t i = 0; i < remittance->n_document_numbers; i++)
        look_up_items(ladder, remittance->document_numbers[i], NULL, LADDER_LEVEL_DESIGNATED,
                      MATCH_RULE_DESIGNATED);
    climb_end_to_end(ladder, remittance->end_to_end_id);
    for (size_t i = 0; i < remittance->n_creditor_references; i++)
        climb_reference(ladder, remittance->creditor_references[i]);
    for (size_t i = 0; i < remittance->n_references_in_text; i++)
        climb_reference(ladder, remittance->references_in_text[i]);
}

/* ---- judging ---- */

static const char *account_of(const struct ladder_found *found)
{
    return found->item->item->account_id;
}

/* Results of a level by rule; `first` is one of them. */
static size_t results(const struct ladder *ladder, uint32_t level, bool designated,
                      const struct ladder_found **first)
{
    size_t n = 0;
    for (size_t i = 0; i < ladder->n_found; i++) {
        const struct ladder_found *found = &ladder->found[i];
        if (found->level != level || (found->rule == MATCH_RULE_DESIGNATED) != designated)
            continue;
        if (!n++)
            *first = found;
    }
    return n;
}

/* Some evidence names another account. */
static bool contradicted(const struct ladder *ladder, const char *account_id)
{
    for (size_t i = 0; i < ladder->n_found; i++)
        if (strcmp(account_of(&ladder->found[i]), account_id) != 0)
            return true;
    return ladder->accounts_differ ||
           (ladder->account && strcmp(ladder->account->account_id, account_id) != 0);
}

static struct ladder_verdict ambiguous(uint32_t level, const char *account_id, const char *why)
{
    return (struct ladder_verdict){
        .level = level, .rule = MATCH_RULE_NONE, .account_id = account_id, .ambiguity = why};
}

/* Documents that a cashier named: they bind, and may be several of one account (PAY-3). */
static struct ladder_verdict judge_designation(const struct ladder *ladder, const char *account_id,
                                               const struct ladder_found *first)
{
    const char *payer = account_id ? account_id : account_of(first);
    if (contradicted(ladder, payer))
        return ambiguous(LADDER_LEVEL_DESIGNATED, account_id, "CONFLICTING_EVIDENCE");
    return (struct ladder_verdict){
        .level = LADDER_LEVEL_DESIGNATED, .rule = MATCH_RULE_DESIGNATED, .account_id = payer};
}

static struct ladder_verdict judge_one(const struct ladder *ladder, const char *known,
                                       const char *given, const struct ladder_found *found)
{
    const char *payer = account_of(found);
    if (contradicted(ladder, payer) || (given && strcmp(given, payer) != 0))
        return ambiguous(found->level, given, "CONFLICTING_EVIDENCE");
    const Reconciliation__ItemState *item = found->item;
    if (found->level == 3 && !known &&
        !amount_within_tolerance(open_item_open(item), ladder->amount,
                                 amount_kept(item->item->amount)))
        return ambiguous(3, NULL, "AMOUNT_DIFFERS");
    return (struct ladder_verdict){
        .level = found->level, .rule = found->rule, .account_id = payer, .item = item};
}

struct ladder_verdict match_ladder_judge(const struct ladder *ladder,
                                         const Reconciliation__AccountKnownState *given)
{
    const char *given_id = given ? given->account_id : NULL;
    const char *known = given_id;
    if (!known && ladder->account && !ladder->accounts_differ)
        known = ladder->account->account_id;
    const struct ladder_found *first = NULL;
    if (results(ladder, LADDER_LEVEL_DESIGNATED, true, &first))
        return judge_designation(ladder, given_id, first);
    for (uint32_t level = 1; level <= 3; level++) {
        size_t n = results(ladder, level, false, &first);
        if (n > 1)
            return ambiguous(level, known, "SEVERAL_RESULTS");
        if (n == 1)
            return judge_one(ladder, known, given_id, first);
    }
    if (ladder->accounts_differ && !given_id)
        return ambiguous(LADDER_LEVEL_NONE, NULL, "CONFLICTING_EVIDENCE");
    const Payments__Remittance *remittance = ladder->payment->remittance;
    bool designates = remittance && remittance->n_document_numbers;
    /* A cashier who names the payer and no document leaves the order to the policy (PAY-3). */
    return (struct ladder_verdict){.level = LADDER_LEVEL_NONE,
                                   .rule = MATCH_RULE_NONE,
                                   .account_id = known,
                                   .by_policy = given_id && !designates};
}
