/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reconciliation/domain/tie_out_check.h"

#include <assert.h>

/* Totals of one book fit: PostgreSQL summed them into 64 bits before. */
static int64_t sum(int64_t left, int64_t right)
{
    int64_t total;
    bool overflow = __builtin_add_overflow(left, right, &total);
    assert(!overflow);
    return total;
}

static void name_add(struct arena *arena, Reconciliation__TieOut *result, const char *name)
{
    if (result->n_documents < TIE_OUT_NAMES_MAX)
        arena_append(arena, result->n_documents, result->documents, (void *)(uintptr_t)name);
}

static void break_add(struct arena *arena, Reconciliation__TieOut *result, const char *code)
{
    arena_append(arena, result->n_breaks, result->breaks, (void *)(uintptr_t)code);
}

static const char *amount_text(struct arena *arena, int64_t minor, struct currency currency)
{
    char text[MONEY_TEXT_SIZE];
    money_format_amount(text, money_of(minor, currency));
    return arena_copy_text(arena, text);
}

static const char *id_text(struct arena *arena, struct uuid id)
{
    char text[UUID_TEXT_SIZE];
    uuid_format(text, id);
    return arena_copy_text(arena, text);
}

/* ---- the three paths through the books ---- */

/* One of three that differs from two which agree is named alone. */
static void check_paths(struct arena *arena, Reconciliation__TieOut *result)
{
    int64_t incoming = result->incoming_minor;
    int64_t items = sum(result->items_minor, result->under_way_items_minor);
    int64_t journal = sum(result->journal_minor, result->under_way_journal_minor);
    if (incoming != items && incoming != journal)
        break_add(arena, result, "INCOMING_DIFFERS");
    if (items != incoming && items != journal)
        break_add(arena, result, "ITEMS_DIFFER");
    if (journal != incoming && journal != items)
        break_add(arena, result, "JOURNAL_DIFFERS");
}

static bool controls_agree(const struct tie_out_book *book)
{
    return book->receivable_minor == book->open_items_minor &&
           sum(book->unapplied_minor, book->money_minor) == 0 &&
           sum(sum(book->unidentified_minor, book->suspense_minor),
               book->under_way_suspense_minor) == 0;
}

static Reconciliation__TieOut *result_new(struct arena *arena, const struct tie_out_book *book)
{
    Reconciliation__TieOut *result =
        arena_new(arena, Reconciliation__TieOut, RECONCILIATION__TIE_OUT__INIT);
    result->entity_id = id_text(arena, book->entity);
    result->currency = arena_copy_text(arena, book->currency.code);
    result->incoming_minor = book->incoming_minor;
    result->open_items_minor = book->open_items_minor;
    result->money_minor = book->money_minor;
    result->suspense_minor = book->suspense_minor;
    result->items_minor =
        sum(book->open_items_minor, -sum(book->money_minor, book->suspense_minor));
    result->ledger_1100_minor = book->receivable_minor;
    result->ledger_1190_minor = book->unapplied_minor;
    result->ledger_2300_minor = book->unidentified_minor;
    result->journal_minor =
        sum(sum(book->receivable_minor, book->unapplied_minor), book->unidentified_minor);
    result->under_way_items_minor = book->under_way_items_minor;
    result->under_way_journal_minor = book->under_way_journal_minor;
    result->under_way_bank_minor = book->under_way_bank_minor;
    check_paths(arena, result);
    if (!controls_agree(book))
        break_add(arena, result, "CONTROL_ACCOUNT_DIFFERS");
    return result;
}

/* ---- the fourth: the bank ---- */

static bool same_book(const struct tie_out_book *book, struct uuid entity, struct currency currency)
{
    return uuid_equal(book->entity, entity) && currency_equal(book->currency, currency);
}

/* First opening + movements on 1000 = last closing, per bank account. */
static void check_banks(struct arena *arena, const struct tie_out_rows *rows,
                        const struct tie_out_book *book, Reconciliation__TieOut *result)
{
    bool differs = false;
    for (size_t i = 0; i < rows->n_banks; i++) {
        const struct tie_out_bank *bank = &rows->banks[i];
        if (!same_book(book, bank->entity, bank->currency))
            continue;
        if (bank->pending) {
            result->bank_accounts_pending++;
            continue;
        }
        int64_t moved = sum(sum(bank->closing_minor, -bank->opening_minor), -bank->accepted_minor);
        int64_t posted = sum(bank->posted_minor, bank->under_way_minor);
        result->bank_accounts++;
        result->bank_minor = sum(result->bank_minor, moved);
        result->bank_journal_minor = sum(result->bank_journal_minor, posted);
        if (moved == posted)
            continue;
        differs = true;
        name_add(arena, result,
                 arena_text(arena, "bank account %s: its balances moved by %s, 1000 by %s",
                            id_text(arena, bank->bank_account),
                            amount_text(arena, moved, bank->currency),
                            amount_text(arena, posted, bank->currency)));
    }
    if (differs)
        break_add(arena, result, "BANK_DIFFERS");
}

/* ---- naming ---- */

static bool document_agrees(const struct tie_out_document *document)
{
    return document->incoming_minor == document->items_minor &&
           document->incoming_minor == document->journal_minor &&
           document->bank_incoming_minor == document->bank_journal_minor;
}

static void name_document(struct arena *arena, Reconciliation__TieOut *result,
                          const struct tie_out_document *document)
{
    struct currency currency = document->currency;
    name_add(arena, result,
             arena_text(arena, "document %s: incoming %s, items %s, journal %s; bank %s, 1000 %s",
                        id_text(arena, document->document),
                        amount_text(arena, document->incoming_minor, currency),
                        amount_text(arena, document->items_minor, currency),
                        amount_text(arena, document->journal_minor, currency),
                        amount_text(arena, document->bank_incoming_minor, currency),
                        amount_text(arena, document->bank_journal_minor, currency)));
}

static void name_what_differs(struct arena *arena, const struct tie_out_rows *rows,
                              const struct tie_out_book *book, Reconciliation__TieOut *result)
{
    for (size_t i = 0; i < rows->n_documents; i++) {
        const struct tie_out_document *document = &rows->documents[i];
        if (same_book(book, document->entity, document->currency) && !document_agrees(document))
            name_document(arena, result, document);
    }
    for (size_t i = 0; i < rows->n_drifts; i++) {
        const struct tie_out_drift *drift = &rows->drifts[i];
        if (!same_book(book, drift->entity, drift->currency))
            continue;
        name_add(arena, result,
                 arena_text(arena, "%s %s: kept %s, by its events %s", drift->what,
                            id_text(arena, drift->id),
                            amount_text(arena, drift->kept_minor, drift->currency),
                            amount_text(arena, drift->events_minor, drift->currency)));
    }
}

void tie_out_check(struct arena *arena, const struct tie_out_rows *rows,
                   struct tie_out_report *report)
{
    *report = (struct tie_out_report){
        .results = arena_get(arena, (rows->n_books + 1) * sizeof *report->results)};
    for (size_t i = 0; i < rows->n_books; i++) {
        const struct tie_out_book *book = &rows->books[i];
        Reconciliation__TieOut *result = result_new(arena, book);
        check_banks(arena, rows, book, result);
        if (result->n_breaks)
            name_what_differs(arena, rows, book, result);
        report->broken = report->broken || result->n_breaks > 0;
        report->results[report->n_results++] = result;
    }
}
