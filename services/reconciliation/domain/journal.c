/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reconciliation/domain/journal.h"

#include <assert.h>

#include "common/identity/uuid.h"
#include "common/money/calendar.h"

const char *journal_id(struct arena *arena, const char *document_id, const char *purpose,
                       const char *part)
{
    char *id = arena_get(arena, UUID_TEXT_SIZE);
    uuid_format(id, uuid_derive_text("journal", document_id, purpose, part ? part : "", NULL));
    return id;
}

struct journal journal_begin(struct deciding *deciding, const struct journal_options *options)
{
    Reconciliation__JournalPosted *posted = arena_new(
        deciding->arena, Reconciliation__JournalPosted, RECONCILIATION__JOURNAL_POSTED__INIT);
    posted->journal_id = options->id;
    posted->entity_id = options->entity_id;
    posted->currency = arena_copy_text(deciding->arena, options->currency.code);
    posted->posting_date = date_to_message(deciding->arena, (struct date){options->posting_days});
    posted->template_ = options->template_name;
    posted->document_id = options->document_id;
    posted->account_id = options->account_id ? options->account_id : "";
    posted->bank_account_id = options->bank_account_id ? options->bank_account_id : "";
    posted->reversal = options->reversal;
    return (struct journal){.posted = posted,
                            .debits = money_zero(options->currency),
                            .credits = money_zero(options->currency),
                            .arena = deciding->arena};
}

static void line_add(struct journal *journal, enum ledger_account account, struct money amount,
                     bool debit)
{
    struct money *side = debit ? &journal->debits : &journal->credits;
    if (money_add(side, *side, amount, NULL) != OK) {
        journal->overflowed = true;
        return;
    }
    Reconciliation__JournalPosted *posted = journal->posted;
    assert(posted->n_lines < JOURNAL_LINES_MAX);
    Reconciliation__JournalLine *line =
        arena_new(journal->arena, Reconciliation__JournalLine, RECONCILIATION__JOURNAL_LINE__INIT);
    line->ledger_account = account;
    if (debit) {
        line->side_case = RECONCILIATION__JOURNAL_LINE__SIDE_DEBIT_MINOR;
        line->debit_minor = amount.minor; /* raw: a journal names its currency once */
    } else {
        line->side_case = RECONCILIATION__JOURNAL_LINE__SIDE_CREDIT_MINOR;
        line->credit_minor = amount.minor; /* raw: a journal names its currency once */
    }
    journal->lines[posted->n_lines++] = line;
}

static void line_put(struct journal *journal, enum ledger_account account, struct money amount,
                     bool debit)
{
    struct money absolute;
    if (money_is_zero(amount))
        return;
    if (money_absolute(&absolute, amount, NULL) != OK) {
        journal->overflowed = true;
        return;
    }
    line_add(journal, account, absolute, debit == (money_sign(amount) > 0));
}

void journal_debit(struct journal *journal, enum ledger_account account, struct money amount)
{
    line_put(journal, account, amount, true);
}

void journal_credit(struct journal *journal, enum ledger_account account, struct money amount)
{
    line_put(journal, account, amount, false);
}

bool journal_balances(const struct journal *journal)
{
    return !journal->overflowed && money_equal(journal->debits, journal->credits);
}

void journal_post(struct journal *journal, struct deciding *deciding)
{
    assert(journal_balances(journal));
    Reconciliation__JournalPosted *posted = journal->posted;
    if (!posted->n_lines)
        return;
    posted->lines =
        arena_copy(journal->arena, journal->lines, posted->n_lines * sizeof *journal->lines);
    deciding_emit(deciding, KIND_JOURNAL, posted->journal_id, &posted->base);
}

void journal_evolve_posted(struct arena *arena, Reconciliation__JournalState *state,
                           const Reconciliation__JournalPosted *event)
{
    (void)arena;
    state->journal = (Reconciliation__JournalPosted *)(uintptr_t)event;
    state->entity_id = event->entity_id;
}
