/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reconciliation/store_tie_out_rows.h"

#include "common/database/statement.h"
#include "services/reconciliation/domain/tie_out_effect.h"

/* ---- under way ---- */

/* Handed over, waiting, or parked on the way from either: each was counted as incoming when it
 * first came. A message that was parked at its arrival was not. Origins: 2 handover, 3 waiting
 * (common/eventlog/unit.h). */
static const struct statement read_under_way = {
    .name = "tie_out_under_way",
    .sql = "SELECT type, payload FROM handover UNION ALL SELECT type, payload FROM waiting "
           "UNION ALL SELECT type, payload FROM parked WHERE origin IN (2, 3)",
};

static const ProtobufCMessageDescriptor *under_way_descriptor(const char *type)
{
    static const ProtobufCMessageDescriptor *const known[] = {
        &reconciliation__place_receipt__descriptor,    &reconciliation__return_receipt__descriptor,
        &payments__payment_received__descriptor,       &payments__payment_returned__descriptor,
        &payments__bank_movement_recorded__descriptor, &invoicing__invoice_issued__descriptor,
        &invoicing__credit_note_issued__descriptor,
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (!strcmp(known[i]->name, type))
            return known[i];
    return NULL;
}

static struct tie_out_book *book_of(struct arena *arena, struct tie_out_rows *all,
                                    struct uuid entity, struct currency currency)
{
    for (size_t i = 0; i < all->n_books; i++)
        if (uuid_equal(all->books[i].entity, entity) &&
            currency_equal(all->books[i].currency, currency))
            return &all->books[i];
    struct tie_out_book *books = arena_get(arena, (all->n_books + 1) * sizeof *books);
    if (!books)
        return NULL;
    memcpy(books, all->books, all->n_books * sizeof *books);
    all->books = books;
    books[all->n_books] = (struct tie_out_book){.entity = entity, .currency = currency};
    return &books[all->n_books++];
}

static void bank_add(struct tie_out_rows *all, const struct tie_out_under_way *under_way)
{
    struct uuid bank_account;
    if (uuid_parse(&bank_account, under_way->bank_account_id, NULL) != OK)
        return;
    for (size_t i = 0; i < all->n_banks; i++)
        if (uuid_equal(all->banks[i].bank_account, bank_account))
            all->banks[i].under_way_minor +=
                under_way->bank.minor; /* raw: summed beside its currency */
}

static void under_way_add(struct arena *arena, struct tie_out_rows *all,
                          struct tie_out_on_its_way *on_its_way,
                          const struct tie_out_under_way *under_way)
{
    struct uuid entity, document;
    if (uuid_parse(&entity, under_way->entity_id, NULL) != OK ||
        uuid_parse(&document, under_way->document_id, NULL) != OK)
        return;
    struct tie_out_book *book = book_of(arena, all, entity, under_way->items.currency);
    if (!book)
        return;
    book->under_way_items_minor += under_way->items.minor;       /* raw: a sum of one currency */
    book->under_way_journal_minor += under_way->journal.minor;   /* raw: a sum of one currency */
    book->under_way_bank_minor += under_way->bank.minor;         /* raw: a sum of one currency */
    book->under_way_suspense_minor += under_way->suspense.minor; /* raw: a sum of one currency */
    bank_add(all, under_way);
    on_its_way->documents[on_its_way->n_documents++] = document;
}

enum error tie_out_rows_under_way(struct database *database, struct arena *arena,
                                  struct tie_out_rows *all, struct tie_out_on_its_way *on_its_way,
                                  struct problem *problem)
{
    ROWS_AUTO struct rows rows = {0};
    enum error error = database_query(database, &read_under_way, NULL, &rows, problem);
    if (error != OK)
        return error;
    size_t count = (size_t)rows_count(&rows);
    on_its_way->documents = arena_get(arena, (count + 1) * sizeof *on_its_way->documents);
    if (!on_its_way->documents)
        return problem_set(problem, ERR_TOO_LARGE, "", "", "what is under way does not fit");
    for (int32_t row = 0; row < rows_count(&rows); row++) {
        const ProtobufCMessageDescriptor *descriptor =
            under_way_descriptor(rows_text(&rows, row, 0));
        struct bytes payload = rows_bytes(&rows, row, 1);
        struct tie_out_under_way under_way;
        const ProtobufCMessage *message =
            descriptor ? arena_unpack(arena, descriptor, payload.data, payload.size) : NULL;
        if (message && tie_out_effect_under_way(&under_way, message))
            under_way_add(arena, all, on_its_way, &under_way);
        if (arena->exhausted)
            return problem_set(problem, ERR_TOO_LARGE, "", "", "what is under way does not fit");
    }
    return OK;
}

/* ---- naming ---- */

static const struct statement read_documents = {
    .name = "tie_out_documents",
    .sql =
        "SELECT document_id, entity_id, currency, sum(incoming_minor)::int8, "
        "sum(items_minor)::int8, "
        "sum(journal_minor)::int8, sum(bank_incoming_minor)::int8, sum(bank_journal_minor)::int8 "
        "FROM document_total WHERE NOT document_id = ANY($1::uuid[]) GROUP BY 1, 2, 3 "
        "HAVING sum(incoming_minor) <> sum(items_minor) OR sum(incoming_minor) <> "
        "sum(journal_minor) "
        "OR sum(bank_incoming_minor) <> sum(bank_journal_minor) ORDER BY 1 LIMIT 200",
};
static const struct statement read_drifts = {
    .name = "tie_out_drifts",
    .sql =
        "(SELECT 'item' AS what, i.item_id, i.entity_id, i.currency, i.open_minor, "
        "(i.amount_minor - coalesce(sum(a.amount_minor), 0))::int8 AS events "
        "FROM open_item i LEFT JOIN application a USING (item_id) GROUP BY i.item_id "
        "HAVING i.open_minor <> i.amount_minor - coalesce(sum(a.amount_minor), 0) ORDER BY 2 LIMIT "
        "100) "
        "UNION ALL (SELECT 'money', m.money_id, m.entity_id, m.currency, m.left_minor, "
        "(m.amount_minor - m.returned_minor - coalesce(sum(a.amount_minor), 0))::int8 "
        "FROM account_money m LEFT JOIN application a ON a.money_id = m.money_id AND a.from_money "
        "GROUP BY m.money_id HAVING m.left_minor <> "
        "m.amount_minor - m.returned_minor - coalesce(sum(a.amount_minor), 0) ORDER BY 2 LIMIT "
        "100) "
        "UNION ALL (SELECT 'suspense', m.payment_id, m.entity_id, m.currency, m.suspended_minor, "
        "(-coalesce(sum(d.items_minor), 0))::int8 "
        "FROM payment_match m LEFT JOIN document_total d ON d.document_id = m.payment_id "
        "WHERE m.status IN ('SUSPENSE', 'MOVEMENT', 'RETURNED') GROUP BY m.payment_id "
        "HAVING m.suspended_minor <> -coalesce(sum(d.items_minor), 0) ORDER BY 2 LIMIT 100) "
        "UNION ALL (SELECT 'ledger account ' || t.ledger_account, "
        "'00000000-0000-0000-0000-000000000000'::uuid, "
        "t.entity_id, t.currency, t.kept::int8, coalesce(l.lines, 0)::int8 FROM "
        "(SELECT entity_id, currency, ledger_account, sum(debit_minor - credit_minor) AS kept "
        "FROM ledger_total GROUP BY 1, 2, 3) t LEFT JOIN "
        "(SELECT entity_id, currency, ledger_account, sum(debit_minor - credit_minor) AS lines "
        "FROM journal_line JOIN journal USING (shard, position) GROUP BY 1, 2, 3) l USING "
        "(entity_id, currency, ledger_account) "
        "WHERE t.kept <> coalesce(l.lines, 0) ORDER BY 1 LIMIT 100)",
};

static enum error take_documents(struct database *database, struct arena *arena,
                                 struct tie_out_rows *all,
                                 const struct tie_out_on_its_way *on_its_way,
                                 struct problem *problem)
{
    PARAMETERS_AUTO struct parameters parameters = {0};
    ROWS_AUTO struct rows rows = {0};
    struct array *excepted = parameters_array(&parameters, SQL_UUID);
    for (size_t i = 0; i < on_its_way->n_documents; i++)
        array_uuid(excepted, on_its_way->documents[i]);
    enum error error = database_query(database, &read_documents, &parameters, &rows, problem);
    if (error != OK)
        return error;
    all->documents = arena_zero(arena, ((size_t)rows_count(&rows) + 1) * sizeof *all->documents);
    if (!all->documents)
        return problem_set(problem, ERR_TOO_LARGE, "", "", "the documents do not fit the arena");
    for (int32_t row = 0; row < rows_count(&rows); row++) {
        struct tie_out_document *document = &all->documents[all->n_documents];
        if (currency_parse(&document->currency, rows_text(&rows, row, 2), NULL) != OK)
            continue;
        document->document = rows_uuid(&rows, row, 0);
        document->entity = rows_uuid(&rows, row, 1);
        document->incoming_minor = rows_int64(&rows, row, 3);
        document->items_minor = rows_int64(&rows, row, 4);
        document->journal_minor = rows_int64(&rows, row, 5);
        document->bank_incoming_minor = rows_int64(&rows, row, 6);
        document->bank_journal_minor = rows_int64(&rows, row, 7);
        all->n_documents++;
    }
    return OK;
}

static enum error take_drifts(struct database *database, struct arena *arena,
                              struct tie_out_rows *all, struct problem *problem)
{
    ROWS_AUTO struct rows rows = {0};
    enum error error = database_query(database, &read_drifts, NULL, &rows, problem);
    if (error != OK)
        return error;
    all->drifts = arena_zero(arena, ((size_t)rows_count(&rows) + 1) * sizeof *all->drifts);
    if (!all->drifts)
        return problem_set(problem, ERR_TOO_LARGE, "", "", "the drifts do not fit the arena");
    for (int32_t row = 0; row < rows_count(&rows); row++) {
        struct tie_out_drift *drift = &all->drifts[all->n_drifts];
        if (currency_parse(&drift->currency, rows_text(&rows, row, 3), NULL) != OK)
            continue;
        drift->what = rows_text_copy(&rows, row, 0, arena);
        drift->id = rows_uuid(&rows, row, 1);
        drift->entity = rows_uuid(&rows, row, 2);
        drift->kept_minor = rows_int64(&rows, row, 4);
        drift->events_minor = rows_int64(&rows, row, 5);
        all->n_drifts++;
    }
    return OK;
}

enum error tie_out_rows_name(struct database *database, struct arena *arena,
                             struct tie_out_rows *all, const struct tie_out_on_its_way *on_its_way,
                             struct problem *problem)
{
    enum error error = take_documents(database, arena, all, on_its_way, problem);
    return error == OK ? take_drifts(database, arena, all, problem) : error;
}
