/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reconciliation/store_tie_out.h"

#include "common/database/statement.h"
#include "services/reconciliation/domain/kinds.h"
#include "services/reconciliation/domain/tie_out_effect.h"
#include "services/reconciliation/store_tie_out_rows.h"
#include "services/reconciliation/tables.h"

/* ---- keeping the sums ---- */

static int64_t minor(struct money money)
{
    return money.minor; /* raw: stored beside its currency */
}

struct document_row {
    int64_t incoming_minor, items_minor, journal_minor, bank_incoming_minor, bank_journal_minor;
};

/* Nothing is written for nothing: an application moves a debt and its money alike. */
static void add_document(struct projecting *projecting, const struct record *record,
                         const struct tie_out_effect *effect, struct document_row row)
{
    row_begin(projecting, &reconciliation_document_table);
    row_int(projecting, record->shard);
    row_uuid(projecting, effect->document_id);
    row_uuid(projecting, effect->entity_id);
    row_text(projecting, effect->amount.currency.code);
    row_int(projecting, row.incoming_minor);
    row_int(projecting, row.items_minor);
    row_int(projecting, row.journal_minor);
    row_int(projecting, row.bank_incoming_minor);
    row_int(projecting, row.bank_journal_minor);
    row_put(projecting);
}

static void add_incoming(struct projecting *projecting, const struct record *record,
                         const struct tie_out_effect *effect)
{
    row_begin(projecting, &reconciliation_incoming_table);
    row_int(projecting, record->shard);
    row_uuid(projecting, effect->entity_id);
    row_text(projecting, effect->amount.currency.code);
    row_int(projecting, minor(effect->amount));
    row_put(projecting);
    add_document(projecting, record, effect,
                 (struct document_row){.incoming_minor = minor(effect->amount),
                                       .bank_incoming_minor = minor(effect->bank)});
    if (!*effect->statement_id)
        return;
    row_begin(projecting, &reconciliation_statement_rows_table);
    row_int(projecting, record->shard);
    row_uuid(projecting, effect->statement_id);
    row_int(projecting, 1);
    row_int(projecting, minor(effect->bank));
    row_put(projecting);
}

static void add_ledger(struct projecting *projecting, const struct record *record,
                       const Reconciliation__JournalPosted *event)
{
    for (size_t i = 0; i < event->n_lines; i++) {
        const Reconciliation__JournalLine *line = event->lines[i];
        bool debit = line->side_case == RECONCILIATION__JOURNAL_LINE__SIDE_DEBIT_MINOR;
        row_begin(projecting, &reconciliation_ledger_table);
        row_int(projecting, record->shard);
        row_uuid(projecting, event->entity_id);
        row_text(projecting, event->currency);
        row_int(projecting, line->ledger_account);
        row_int(projecting, debit ? line->debit_minor : 0);
        row_int(projecting, debit ? 0 : line->credit_minor);
        row_put(projecting);
    }
}

static void add_journal(struct projecting *projecting, const struct record *record,
                        const Reconciliation__JournalPosted *event)
{
    struct tie_out_effect effect;
    add_ledger(projecting, record, event);
    if (!tie_out_effect_journal(&effect, event))
        return;
    if (!money_is_zero(effect.amount) || !money_is_zero(effect.bank))
        add_document(projecting, record, &effect,
                     (struct document_row){.journal_minor = minor(effect.amount),
                                           .bank_journal_minor = minor(effect.bank)});
    if (money_is_zero(effect.bank) || !*effect.bank_account_id)
        return;
    row_begin(projecting, &reconciliation_bank_ledger_table);
    row_int(projecting, record->shard);
    row_uuid(projecting, effect.bank_account_id);
    row_int(projecting, minor(effect.bank));
    row_put(projecting);
}

void tie_out_project_event(struct projecting *projecting, const struct record *record,
                           const ProtobufCMessage *event)
{
    struct tie_out_effect effect;
    if (event->descriptor == &reconciliation__journal_posted__descriptor)
        add_journal(projecting, record, (const Reconciliation__JournalPosted *)(const void *)event);
    else if (tie_out_effect_incoming(&effect, event))
        add_incoming(projecting, record, &effect);
    else if (tie_out_effect_items(&effect, event))
        add_document(projecting, record, &effect,
                     (struct document_row){.items_minor = minor(effect.amount)});
}

/* ---- reading ---- */

static const struct statement read_snapshot = {
    .name = "tie_out_snapshot",
    .sql = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
};
static const struct statement read_books = {
    .name = "tie_out_books",
    .sql =
        "WITH parts (entity, currency, incoming, items, money, suspense, receivable, unapplied, "
        "unidentified) AS ("
        "SELECT entity_id, currency, sum(amount_minor), 0, 0, 0, 0, 0, 0 FROM incoming_total GROUP "
        "BY 1, 2 "
        "UNION ALL SELECT entity_id, currency, 0, sum(open_minor), 0, 0, 0, 0, 0 FROM open_item "
        "WHERE open_minor <> 0 GROUP BY 1, 2 "
        "UNION ALL SELECT entity_id, currency, 0, 0, sum(left_minor), 0, 0, 0, 0 FROM "
        "account_money "
        "WHERE left_minor <> 0 GROUP BY 1, 2 "
        "UNION ALL SELECT entity_id, currency, 0, 0, 0, sum(suspended_minor), 0, 0, 0 FROM "
        "payment_match "
        "WHERE suspended_minor <> 0 GROUP BY 1, 2 "
        "UNION ALL SELECT entity_id, currency, 0, 0, 0, 0, "
        "sum(debit_minor - credit_minor) FILTER (WHERE ledger_account IN (1100, 1150)), "
        "sum(debit_minor - credit_minor) FILTER (WHERE ledger_account = 1190), "
        "sum(debit_minor - credit_minor) FILTER (WHERE ledger_account = 2300) FROM ledger_total "
        "GROUP BY 1, 2) "
        "SELECT entity, currency, coalesce(sum(incoming), 0)::int8, coalesce(sum(items), 0)::int8, "
        "coalesce(sum(money), 0)::int8, coalesce(sum(suspense), 0)::int8, "
        "coalesce(sum(receivable), 0)::int8, "
        "coalesce(sum(unapplied), 0)::int8, coalesce(sum(unidentified), 0)::int8 "
        "FROM parts GROUP BY 1, 2 ORDER BY 1, 2",
};
/* A statement counts once all its rows have come, each by its own partition. What a person accepted
 * with a held statement is a difference that is known: inside it, or against the closing before it.
 */
static const struct statement read_banks = {
    .name = "tie_out_banks",
    .sql =
        "WITH seen AS (SELECT statement_id, sum(rows_seen) AS n FROM bank_statement_rows GROUP BY "
        "1), "
        "ordered AS (SELECT s.*, "
        "p.rows_posted IS NULL OR p.rows_posted <> coalesce(seen.n, 0) AS waits, "
        "lag(s.closing_minor) OVER w AS before_minor, "
        "row_number() OVER w AS at, count(*) OVER (PARTITION BY s.bank_account_id) AS n_all "
        "FROM bank_statement s LEFT JOIN bank_statement_posted p USING (statement_id) "
        "LEFT JOIN seen USING (statement_id) "
        "WINDOW w AS (PARTITION BY s.bank_account_id "
        "ORDER BY s.closing_date, s.sequence_number, s.heard_at, s.statement_id)), "
        "banks AS (SELECT bank_account_id, entity_id, currency, "
        "sum(opening_minor) FILTER (WHERE at = 1) AS opening, "
        "sum(closing_minor) FILTER (WHERE at = n_all) AS closing, "
        "sum(CASE WHEN accepted THEN closing_minor - opening_minor - credits_minor + debits_minor "
        "+ coalesce(opening_minor - before_minor, 0) ELSE 0 END) AS accepted, "
        "bool_or(waits OR NOT opening_known OR NOT closing_known) AS pending "
        "FROM ordered GROUP BY 1, 2, 3), "
        "posted AS (SELECT bank_account_id, sum(amount_minor) AS amount FROM bank_ledger_total "
        "GROUP BY 1) "
        "SELECT b.bank_account_id, b.entity_id, b.currency, coalesce(b.opening, 0)::int8, "
        "coalesce(b.closing, 0)::int8, coalesce(b.accepted, 0)::int8, coalesce(p.amount, 0)::int8, "
        "b.pending "
        "FROM banks b LEFT JOIN posted p USING (bank_account_id) ORDER BY 1",
};

static enum error take_currency(struct currency *currency, const struct rows *rows, int32_t row,
                                int32_t column, struct problem *problem)
{
    if (currency_parse(currency, rows_text(rows, row, column), NULL) == OK)
        return OK;
    return problem_set(problem, ERR_CORRUPT, "currency", "GEN-1", "a sum is of no known currency");
}

static enum error take_books(struct database *database, struct arena *arena,
                             struct tie_out_rows *all, struct problem *problem)
{
    ROWS_AUTO struct rows rows = {0};
    enum error error = database_query(database, &read_books, NULL, &rows, problem);
    if (error != OK)
        return error;
    all->books = arena_zero(arena, ((size_t)rows_count(&rows) + 1) * sizeof *all->books);
    if (!all->books)
        return problem_set(problem, ERR_TOO_LARGE, "", "", "the books do not fit the arena");
    for (int32_t row = 0; error == OK && row < rows_count(&rows); row++) {
        struct tie_out_book *book = &all->books[all->n_books++];
        book->entity = rows_uuid(&rows, row, 0);
        error = take_currency(&book->currency, &rows, row, 1, problem);
        book->incoming_minor = rows_int64(&rows, row, 2);
        book->open_items_minor = rows_int64(&rows, row, 3);
        book->money_minor = rows_int64(&rows, row, 4);
        book->suspense_minor = rows_int64(&rows, row, 5);
        book->receivable_minor = rows_int64(&rows, row, 6);
        book->unapplied_minor = rows_int64(&rows, row, 7);
        book->unidentified_minor = rows_int64(&rows, row, 8);
    }
    return error;
}

static enum error take_banks(struct database *database, struct arena *arena,
                             struct tie_out_rows *all, struct problem *problem)
{
    ROWS_AUTO struct rows rows = {0};
    enum error error = database_query(database, &read_banks, NULL, &rows, problem);
    if (error != OK)
        return error;
    all->banks = arena_zero(arena, ((size_t)rows_count(&rows) + 1) * sizeof *all->banks);
    if (!all->banks)
        return problem_set(problem, ERR_TOO_LARGE, "", "", "the banks do not fit the arena");
    for (int32_t row = 0; error == OK && row < rows_count(&rows); row++) {
        struct tie_out_bank *bank = &all->banks[all->n_banks++];
        bank->bank_account = rows_uuid(&rows, row, 0);
        bank->entity = rows_uuid(&rows, row, 1);
        error = take_currency(&bank->currency, &rows, row, 2, problem);
        bank->opening_minor = rows_int64(&rows, row, 3);
        bank->closing_minor = rows_int64(&rows, row, 4);
        bank->accepted_minor = rows_int64(&rows, row, 5);
        bank->posted_minor = rows_int64(&rows, row, 6);
        bank->pending = rows_bool(&rows, row, 7);
    }
    return error;
}

static enum error read_all(struct database *database, struct arena *arena,
                           struct tie_out_report *report, struct problem *problem)
{
    struct tie_out_rows rows = {0};
    struct tie_out_on_its_way on_its_way = {0};
    enum error error = database_query(database, &read_snapshot, NULL, NULL, problem);
    if (error == OK)
        error = take_books(database, arena, &rows, problem);
    if (error == OK)
        error = take_banks(database, arena, &rows, problem);
    if (error == OK)
        error = tie_out_rows_under_way(database, arena, &rows, &on_its_way, problem);
    if (error != OK)
        return error;
    tie_out_check(arena, &rows, report);
    if (!report->broken)
        return OK;
    error = tie_out_rows_name(database, arena, &rows, &on_its_way, problem);
    if (error == OK)
        tie_out_check(arena, &rows, report);
    return error;
}

enum error tie_out_read(struct database *database, struct arena *arena,
                        struct tie_out_report *report, struct problem *problem)
{
    *report = (struct tie_out_report){0};
    enum error error = database_begin(database, problem);
    if (error != OK)
        return error;
    error = read_all(database, arena, report, problem);
    database_rollback(database);
    return error;
}
