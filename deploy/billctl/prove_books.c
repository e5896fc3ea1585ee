/* SPDX-License-Identifier: Apache-2.0
 * Proof of the books: numbers without gaps and in the order of their dates (INV-17), no cycle of an
 * account billed twice (INV-14), journals that balance (handbook 1.6), and the tie-out of the four
 * paths (REC-8). */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "billing/invoicing/v1/invoice.pb-c.h"
#include "billing/reconciliation/v1/reconciliation.pb-c.h"
#include "common/base/text.h"
#include "common/database/statement.h"
#include "deploy/billctl/numbers.h"
#include "deploy/billctl/prove_inside.h"
#ifdef BILLCTL_HAS_RECONCILIATION
#include "services/reconciliation/store_tie_out.h"
#endif

enum { DOCUMENT_NUMBER_MAX = 40, TIE_OUT_ATTEMPTS = 20, TIE_OUT_PAUSE_US = 500000 };

struct document {
    struct uuid entity;
    char number[DOCUMENT_NUMBER_MAX], class[8];
    int32_t issue_days, shard, year;
    int64_t position, count;
    uint32_t series; /* row of its series, once it is known */
};

struct cycle {
    uint8_t digest[16];
    int32_t shard;
    int64_t position;
};

struct ledger_sum {
    struct uuid entity;
    char currency[4];
    int64_t debit_minor, credit_minor; /* raw: sums of one currency */
};

struct books {
    struct document *documents;
    size_t n_documents, documents_max;
    struct cycle *cycles;
    size_t n_cycles, cycles_max;
    struct ledger_sum *sums;
    size_t n_sums, sums_max;
    int64_t journals;
    struct proof journal_proof;
};

static void grow(void **items, size_t n, size_t *max, size_t size)
{
    if (n < *max)
        return;
    *max = *max ? *max * 2 : 256;
    *items = realloc(*items, *max * size);
    assert(*items);
}
#define GROW(books, field)                                                                         \
    grow((void **)&(books)->field, (books)->n_##field, &(books)->field##_max,                      \
         sizeof *(books)->field)

struct books *books_new(void)
{
    struct books *books = calloc(1, sizeof *books);
    assert(books);
    return books;
}

void books_free(struct books *books)
{
    if (!books)
        return;
    free(books->documents);
    free(books->cycles);
    free(books->sums);
    free(books);
}

/* ---- seeing ---- */

static void see_document(struct books *books, const struct record *record,
                         const struct given_number *given)
{
    GROW(books, documents);
    struct document *document = &books->documents[books->n_documents++];
    *document = (struct document){
        .issue_days = given->issue_days, .shard = record->shard, .position = record->position};
    if (uuid_parse(&document->entity, given->entity_id, NULL) != OK)
        document->entity = (struct uuid){{0}};
    snprintf(document->number, sizeof document->number, "%s", given->number);
    snprintf(document->class, sizeof document->class, "%s", given->class);
    if (!number_parse(given->number, given->class, &document->year, &document->count))
        document->year = INT32_MIN;
}

static void see_cycle(struct books *books, const struct record *record,
                      const Invoicing__AccountBilled *event)
{
    char text[300];
    GROW(books, cycles);
    struct cycle *cycle = &books->cycles[books->n_cycles++];
    int length = snprintf(text, sizeof text, "%s/%s", event->account_id, event->cycle_key);
    struct record_hash hash =
        sha256(text, (size_t)length < sizeof text ? (size_t)length : sizeof text - 1);
    *cycle = (struct cycle){.shard = record->shard, .position = record->position};
    memcpy(cycle->digest, hash.b, sizeof cycle->digest);
}

static struct ledger_sum *sum_of(struct books *books, struct uuid entity, const char *currency)
{
    for (size_t i = 0; i < books->n_sums; i++)
        if (uuid_equal(books->sums[i].entity, entity) && !strcmp(books->sums[i].currency, currency))
            return &books->sums[i];
    GROW(books, sums);
    struct ledger_sum *sum = &books->sums[books->n_sums++];
    *sum = (struct ledger_sum){.entity = entity};
    snprintf(sum->currency, sizeof sum->currency, "%s", currency);
    return sum;
}

static void see_journal(struct books *books, const struct record *record,
                        const Reconciliation__JournalPosted *journal)
{
    struct uuid entity = {{0}};
    int64_t debit_minor = 0, credit_minor = 0; /* raw: of one journal and currency */
    bool overflow = uuid_parse(&entity, journal->entity_id, NULL) != OK;
    struct ledger_sum *sum = sum_of(books, entity, journal->currency);
    for (size_t i = 0; i < journal->n_lines; i++) {
        const Reconciliation__JournalLine *line = journal->lines[i];
        if (line->side_case == RECONCILIATION__JOURNAL_LINE__SIDE_DEBIT_MINOR)
            overflow |= __builtin_add_overflow(debit_minor, line->debit_minor, &debit_minor);
        else if (line->side_case == RECONCILIATION__JOURNAL_LINE__SIDE_CREDIT_MINOR)
            overflow |= __builtin_add_overflow(credit_minor, line->credit_minor, &credit_minor);
    }
    books->journals++;
    overflow |= __builtin_add_overflow(sum->debit_minor, debit_minor, &sum->debit_minor);
    overflow |= __builtin_add_overflow(sum->credit_minor, credit_minor, &sum->credit_minor);
    if (overflow || debit_minor != credit_minor || !journal->n_lines)
        proof_break(&books->journal_proof,
                    "journal %s (%s, document %s) at %d/%lld: debit %lld, credit %lld %s",
                    journal->journal_id, journal->template_, journal->document_id, record->shard,
                    (long long)record->position, (long long)debit_minor, (long long)credit_minor,
                    journal->currency);
}

void books_see(struct books *books, const struct record *record, const ProtobufCMessage *message)
{
    struct given_number given;
    if (number_given(message, &given))
        see_document(books, record, &given);
    else if (message->descriptor == &invoicing__account_billed__descriptor)
        see_cycle(books, record, (const Invoicing__AccountBilled *)message);
    else if (message->descriptor == &reconciliation__journal_posted__descriptor)
        see_journal(books, record, (const Reconciliation__JournalPosted *)message);
}

/* ---- number series ---- */

static const struct statement read_series = {
    "prove_series",
    "SELECT entity, class, year, next, last_issue_date FROM number_series ORDER BY entity, class, "
    "year",
    false,
};

static bool find_series(struct document *document, const struct rows *series)
{
    for (int32_t row = 0; row < rows_count(series); row++)
        if (uuid_equal(document->entity, rows_uuid(series, row, 0)) &&
            !strcmp(document->class, rows_text(series, row, 1)) &&
            document->year == rows_int32(series, row, 2)) {
            document->series = (uint32_t)row;
            return true;
        }
    return false;
}

static int document_compare(const void *left, const void *right)
{
    const struct document *one = left, *other = right;
    if (one->series != other->series)
        return one->series < other->series ? -1 : 1;
    return (one->count > other->count) - (one->count < other->count);
}

static void check_series(struct proof *proof, const struct books *books, const struct rows *series)
{
    size_t at = 0;
    for (int32_t row = 0; row < rows_count(series); row++) {
        int64_t wanted = 1;
        int32_t last_days = INT32_MIN;
        const char *before = "";
        for (; at < books->n_documents && books->documents[at].series == (uint32_t)row; at++) {
            const struct document *document = &books->documents[at];
            if (document->count < wanted)
                proof_break(proof, "number %s was given twice, again at %d/%lld", document->number,
                            document->shard, (long long)document->position);
            if (document->count > wanted)
                proof_break(proof, "%s before %s: %lld numbers are missing",
                            rows_text(series, row, 1), document->number,
                            (long long)(document->count - wanted));
            if (document->issue_days < last_days)
                proof_break(proof, "%s is dated before %s", document->number, before);
            wanted = document->count + 1;
            last_days = document->issue_days;
            before = document->number;
        }
        if (rows_int64(series, row, 3) != wanted)
            proof_break(proof, "series %s%d: the next number is to be %lld, %lld were given",
                        rows_text(series, row, 1), rows_int32(series, row, 2),
                        (long long)rows_int64(series, row, 3), (long long)wanted - 1);
        else if (wanted > 1 && rows_date(series, row, 4) != last_days)
            proof_break(proof, "series %s%d: its last issue date is not that of %s",
                        rows_text(series, row, 1), rows_int32(series, row, 2), before);
    }
}

static enum error prove_numbers(struct proving *proving, struct problem *problem)
{
    struct books *books = proving->books;
    struct proof proof = {.name = "numbers", .service = proving->service->name};
    ROWS_AUTO struct rows series = {0};
    enum error error = database_query(proving->database, &read_series, NULL, &series, problem);
    if (error != OK || (!rows_count(&series) && !books->n_documents))
        return error;
    for (size_t i = 0; i < books->n_documents;) {
        struct document *document = &books->documents[i];
        if (find_series(document, &series)) {
            i++;
            continue;
        }
        proof_break(&proof, "%s at %d/%lld belongs to no number series", document->number,
                    document->shard, (long long)document->position);
        *document = books->documents[--books->n_documents];
    }
    if (books->n_documents)
        qsort(books->documents, books->n_documents, sizeof *books->documents, document_compare);
    check_series(&proof, books, &series);
    char text[32];
    if (!proof_print(&proof, "%d series, %s numbers", rows_count(&series),
                     count_text(text, (int64_t)books->n_documents)))
        proving->broken = true;
    return OK;
}

/* ---- cycles ---- */

static int cycle_compare(const void *left, const void *right)
{
    return memcmp(((const struct cycle *)left)->digest, ((const struct cycle *)right)->digest, 16);
}

static void prove_cycles(struct proving *proving)
{
    struct books *books = proving->books;
    struct proof proof = {.name = "cycles", .service = proving->service->name};
    if (strcmp(proving->service->name, "invoicing") != 0)
        return;
    if (books->n_cycles)
        qsort(books->cycles, books->n_cycles, sizeof *books->cycles, cycle_compare);
    for (size_t i = 1; i < books->n_cycles; i++)
        if (!cycle_compare(&books->cycles[i - 1], &books->cycles[i]))
            proof_break(&proof, "the same account and cycle was billed at %d/%lld and at %d/%lld",
                        books->cycles[i - 1].shard, (long long)books->cycles[i - 1].position,
                        books->cycles[i].shard, (long long)books->cycles[i].position);
    char text[32];
    if (!proof_print(&proof, "%s cycles billed, none twice",
                     count_text(text, (int64_t)books->n_cycles)))
        proving->broken = true;
}

/* ---- journals and tie-out ---- */

static void prove_journals(struct proving *proving)
{
    struct books *books = proving->books;
    struct proof *proof = &books->journal_proof;
    proof->name = "journals";
    proof->service = proving->service->name;
    for (size_t i = 0; i < books->n_sums; i++)
        if (books->sums[i].debit_minor != books->sums[i].credit_minor)
            proof_break(proof, "in total: debit %lld, credit %lld %s",
                        (long long)books->sums[i].debit_minor,
                        (long long)books->sums[i].credit_minor, books->sums[i].currency);
    char text[32];
    if (!proof_print(proof, "%s journals balance, in %zu books", count_text(text, books->journals),
                     books->n_sums))
        proving->broken = true;
}

#ifdef BILLCTL_HAS_RECONCILIATION
static const struct statement read_heads = {"prove_tie_out_heads",
                                            "SELECT shard, position FROM shard_head", false};
static const struct statement read_inbox = {
    "prove_tie_out_inbox", "SELECT partition, position FROM inbox WHERE topic = $1::text", false};

/* Events of others that reconciliation has not heard yet: while there are any, the paths need not
 * agree. */
static enum error events_unheard(struct proving *proving, struct database *database,
                                 int64_t *unheard, struct problem *problem)
{
    *unheard = 0;
    for (size_t i = 0; i < proving->model->n_topics_in; i++) {
        const struct known_service *producer = known_service_of_topic(proving->model->topics_in[i]);
        DATABASE_AUTO struct database *theirs = NULL;
        ROWS_AUTO struct rows heads = {0};
        ROWS_AUTO struct rows places = {0};
        PARAMETERS_AUTO struct parameters parameters = {0};
        parameters_text(&parameters, proving->model->topics_in[i]);
        enum error error = database_query(database, &read_inbox, &parameters, &places, problem);
        if (error == OK && producer)
            error = known_service_read(proving->tool, producer, &theirs, problem);
        if (error == OK && producer)
            error = database_query(theirs, &read_heads, NULL, &heads, problem);
        if (error != OK || !producer)
            return error;
        for (int32_t row = 0; row < rows_count(&heads); row++)
            *unheard += rows_int64(&heads, row, 1);
        for (int32_t row = 0; row < rows_count(&places); row++)
            *unheard -= rows_int64(&places, row, 1);
    }
    return OK;
}

static void break_tie_out(struct proof *proof, const struct tie_out_report *report)
{
    for (size_t i = 0; i < report->n_results; i++) {
        const Reconciliation__TieOut *result = report->results[i];
        char why[200] = "", named[240] = "";
        struct text_buffer breaks = text_buffer_on(why, sizeof why),
                           documents = text_buffer_on(named, sizeof named);
        if (!result->n_breaks)
            continue;
        for (size_t j = 0; j < result->n_breaks; j++)
            text_buffer_add_format(&breaks, "%s%s", j ? ", " : "", result->breaks[j]);
        for (size_t j = 0; j < result->n_documents; j++)
            text_buffer_add_format(&documents, "%s%s", j ? ", " : "", result->documents[j]);
        proof_break(proof, "entity %s %s: %s; %s", result->entity_id, result->currency, why, named);
    }
    if (report->broken && !proof->breaks)
        proof_break(proof, "the report says broken and names nothing");
}

/* A tie-out that differs is judged only where everything that was said has been heard; until then
 * it is asked again. */
static enum error read_tie_out(struct proving *proving, struct tie_out_report *report,
                               int64_t *unheard, struct problem *problem)
{
    DATABASE_AUTO struct database *database = NULL;
    /* Reads in a snapshot of its own, on a connection of its own. */
    enum error error = known_service_read(proving->tool, proving->service, &database, problem);
    for (int attempt = 0; error == OK; attempt++) {
        int64_t after = 0;
        arena_reset(proving->arena);
        error = events_unheard(proving, database, unheard, problem);
        if (error == OK)
            error = tie_out_read(database, proving->arena, report, problem);
        if (error == OK)
            error = events_unheard(proving, database, &after, problem);
        *unheard = *unheard > after ? *unheard : after;
        if (error != OK || !report->broken || *unheard == 0 || attempt >= TIE_OUT_ATTEMPTS)
            return error;
        usleep(TIE_OUT_PAUSE_US);
    }
    return error;
}

static enum error prove_tie_out(struct proving *proving, struct problem *problem)
{
    struct proof proof = {.name = "tie-out", .service = proving->service->name};
    struct tie_out_report report = {0};
    int64_t unheard = 0;
    enum error error = read_tie_out(proving, &report, &unheard, problem);
    if (error != OK)
        return error;
    uint32_t banks = 0, pending = 0;
    for (size_t i = 0; i < report.n_results; i++) {
        banks += report.results[i]->bank_accounts;
        pending += report.results[i]->bank_accounts_pending;
    }
    if (report.broken && unheard) {
        char text[32];
        return proof_print(&proof, "not final: %s events of others are not heard yet",
                           count_text(text, unheard))
                   ? OK
                   : ERR_INTERNAL;
    }
    break_tie_out(&proof, &report);
    if (!proof_print(&proof, "%zu books tie out by four paths, %u bank accounts, %u pending",
                     report.n_results, banks, pending))
        proving->broken = true;
    return OK;
}
#endif

enum error prove_books(struct proving *proving, struct problem *problem)
{
    enum error error = prove_numbers(proving, problem);
    if (error != OK)
        return error;
    prove_cycles(proving);
    if (strcmp(proving->service->name, "reconciliation") != 0)
        return OK;
    prove_journals(proving);
#ifdef BILLCTL_HAS_RECONCILIATION
    error = prove_tie_out(proving, problem);
#endif
    return error;
}
