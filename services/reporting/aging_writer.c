/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reporting/aging_writer.h"

#include <stdlib.h>
#include <unistd.h>

#include "common/base/text.h"
#include "common/base/time.h"
#include "common/money/calendar.h"
#include "common/wire/json.h"

enum { CURRENCIES_MAX = 256 };

void aging_writer_fini(struct aging_writer *writer)
{
    if (writer->file)
        fclose(writer->file);
}

static enum error too_large(struct aging_writer *writer)
{
    return problem_set(&writer->call->problem, ERR_TOO_LARGE, "", NULL, "the report does not fit");
}

/* ---- a row as a message ---- */

static enum error columns_total(const struct money columns[REPORT_COLUMNS], struct money *total,
                                struct problem *problem)
{
    return money_sum(total, columns, REPORT_COLUMNS, columns[0].currency, problem);
}

/* NULL: the arena is full. */
static Reporting__AgingRow *row_message(struct arena *arena, const char *account_id,
                                        const char *account_number,
                                        const struct money columns[REPORT_COLUMNS],
                                        struct money total)
{
    Reporting__AgingRow *row = arena_new(arena, Reporting__AgingRow, REPORTING__AGING_ROW__INIT);
    Common__Money **buckets = arena_get(arena, REPORT_BUCKETS * sizeof *buckets);
    if (!row || !buckets)
        return NULL;
    row->account_id = account_id;
    row->account_number = account_number;
    row->currency = arena_copy_text(arena, total.currency.code);
    row->buckets = buckets;
    row->n_buckets = REPORT_BUCKETS;
    for (size_t i = 0; i < REPORT_BUCKETS; i++)
        row->buckets[i] = money_to_message(arena, columns[i]);
    row->credits = money_to_message(arena, columns[COLUMN_CREDITS]);
    row->unapplied = money_to_message(arena, columns[COLUMN_UNAPPLIED]);
    row->total = money_to_message(arena, total);
    return arena->exhausted ? NULL : row;
}

static enum error json_put(struct aging_writer *writer, const ProtobufCMessage *message)
{
    struct arena_buffer out = {.arena = writer->call->arena};
    struct json_options options = {.emit_defaults = true};
    enum error error = message ? json_write(&out, message, &options) : ERR_TOO_LARGE;
    if (error || out.failed)
        return too_large(writer);
    fwrite(out.data, 1, out.size, writer->file);
    return OK;
}

/* ---- CSV ---- */

static void csv_head(struct aging_writer *writer)
{
    fputs("entity_id,as_of,known_at,basis,provisional,account_id,account_number,currency",
          writer->file);
    for (int column = 0; column < REPORT_COLUMNS; column++) {
        const char *name = report_column_name(writer->question->basis, (enum report_column)column);
        if (name)
            fprintf(writer->file, ",%s", name);
    }
    fputs(",total,rows,movements,watermark\r\n", writer->file);
}

/* Account numbers are what people chose: quoted where CSV or a spreadsheet could misread them. */
static void csv_text(FILE *file, const char *text)
{
    bool formula = *text && strchr("=+-@\t\r", *text);
    if (!formula && !strpbrk(text, ",\"\r\n")) {
        fputs(text, file);
        return;
    }
    fputs(formula ? "\"'" : "\"", file);
    for (; *text; text++)
        fprintf(file, *text == '"' ? "\"\"" : "%c", *text);
    putc('"', file);
}

static void csv_question(struct aging_writer *writer)
{
    const struct question *question = writer->question;
    char date[DATE_TEXT_SIZE], instant[INSTANT_TEXT_SIZE];
    date_format(date, (struct date){question->as_of_days});
    instant_format(instant, question->known_at_us);
    fprintf(writer->file, "%s,%s,%s,%s,%s,", question->entity_id, date, instant,
            question->basis == AGING_BASIS_INVOICE_DATE ? "INVOICE_DATE" : "DUE_DATE",
            question->provisional ? "true" : "false");
}

static void csv_amounts(struct aging_writer *writer, const char *account_id,
                        const char *account_number, const struct money columns[REPORT_COLUMNS],
                        struct money total)
{
    const struct question *question = writer->question;
    char amount[MONEY_TEXT_SIZE];
    csv_question(writer);
    fprintf(writer->file, "%s,", account_id);
    csv_text(writer->file, account_number);
    fprintf(writer->file, ",%s", total.currency.code);
    for (int column = 0; column < REPORT_COLUMNS; column++) {
        if (!report_column_name(question->basis, (enum report_column)column))
            continue;
        money_format_amount(amount, columns[column]);
        fprintf(writer->file, ",%s", amount);
    }
    money_format_amount(amount, total);
    fprintf(writer->file, ",%s,", amount);
}

static void csv_controls(struct aging_writer *writer)
{
    fprintf(writer->file, "%llu,%llu,", (unsigned long long)writer->rows,
            (unsigned long long)writer->movements);
    for (size_t i = 0; i < writer->n_watermarks; i++)
        fprintf(writer->file, "%s%u:%lld", i ? " " : "", writer->watermarks[i]->shard,
                (long long)writer->watermarks[i]->position);
    fputs("\r\n", writer->file);
}

/* ---- rows ---- */

enum error aging_writer_begin(struct aging_writer *writer)
{
    writer->totals_max = CURRENCIES_MAX;
    writer->totals = arena_zero(writer->call->arena, CURRENCIES_MAX * sizeof *writer->totals);
    writer->file = tmpfile();
    if (!writer->totals)
        return too_large(writer);
    if (!writer->file)
        return problem_set(&writer->call->problem, ERR_INTERNAL, "", NULL,
                           "no temporary file can be made");
    if (writer->csv)
        csv_head(writer);
    else
        fputs("{\"rows\":[", writer->file);
    return OK;
}

static struct aging_totals *totals_of(struct aging_writer *writer, struct currency currency)
{
    for (size_t i = 0; i < writer->n_totals; i++)
        if (currency_equal(writer->totals[i].currency, currency))
            return &writer->totals[i];
    if (writer->n_totals == writer->totals_max)
        return NULL;
    struct aging_totals *totals = &writer->totals[writer->n_totals++];
    totals->currency = currency;
    for (int column = 0; column < REPORT_COLUMNS; column++)
        totals->columns[column] = money_zero(currency);
    return totals;
}

static enum error totals_add(struct aging_writer *writer,
                             const struct money columns[REPORT_COLUMNS])
{
    struct aging_totals *totals = totals_of(writer, columns[0].currency);
    enum error error = totals ? OK : too_large(writer);
    for (int column = 0; column < REPORT_COLUMNS && !error; column++)
        error = money_add(&totals->columns[column], totals->columns[column], columns[column],
                          &writer->call->problem);
    return error;
}

static enum error amounts_put(struct aging_writer *writer, const struct aging_amounts *amounts,
                              const struct money columns[REPORT_COLUMNS], struct money total)
{
    char account_id[UUID_TEXT_SIZE] = "";
    if (writer->by_account)
        uuid_format(account_id, amounts->account);
    if (writer->csv) {
        csv_amounts(writer, account_id, amounts->account_number, columns, total);
        fputs(",,\r\n", writer->file);
        return OK;
    }
    if (writer->rows > 1)
        putc(',', writer->file);
    struct arena_mark mark = arena_mark(writer->call->arena);
    Reporting__AgingRow *row =
        row_message(writer->call->arena, account_id, amounts->account_number, columns, total);
    enum error error = json_put(writer, row ? &row->base : NULL);
    arena_rewind(writer->call->arena, mark);
    return error;
}

enum error aging_writer_row(struct aging_writer *writer, const struct aging_amounts *amounts)
{
    struct money columns[REPORT_COLUMNS], total;
    struct currency currency;
    bool empty = true;
    enum error error = currency_parse(&currency, amounts->currency, &writer->call->problem);
    if (error)
        return error;
    for (int column = 0; column < REPORT_COLUMNS; column++) {
        columns[column] = money_of(amounts->columns_minor[column], currency);
        empty = empty && money_is_zero(columns[column]);
    }
    writer->movements += (uint64_t)amounts->movements;
    if (empty)
        return OK;
    writer->rows++;
    error = totals_add(writer, columns);
    if (!error)
        error = columns_total(columns, &total, &writer->call->problem);
    return error ? error : amounts_put(writer, amounts, columns, total);
}

/* ---- the end ---- */

static int by_code(const void *left, const void *right)
{
    return strcmp(((const struct aging_totals *)left)->currency.code,
                  ((const struct aging_totals *)right)->currency.code);
}

/* All of the report but its rows, which stand in the file already. */
static enum error json_end(struct aging_writer *writer)
{
    const struct question *question = writer->question;
    struct arena *arena = writer->call->arena;
    Reporting__AgingReport report = REPORTING__AGING_REPORT__INIT;
    Common__Date as_of = COMMON__DATE__INIT;
    as_of.days = question->as_of_days;
    report.entity_id = question->entity_id;
    report.as_of = &as_of;
    report.known_at_us = question->known_at_us;
    report.basis = question->basis;
    report.provisional = question->provisional;
    report.row_count = writer->rows;
    report.currency = question->currency;
    report.by = writer->by_account ? "account" : "entity";
    report.watermark = writer->watermarks;
    report.n_watermark = writer->n_watermarks;
    report.movement_count = writer->movements;
    report.totals = arena_get(arena, (writer->n_totals + 1) * sizeof *report.totals);
    for (size_t i = 0; report.totals && i < writer->n_totals; i++) {
        struct money total;
        enum error error = columns_total(writer->totals[i].columns, &total, &writer->call->problem);
        if (error)
            return error;
        Reporting__AgingRow *row = row_message(arena, "", "", writer->totals[i].columns, total);
        if (!row)
            return too_large(writer);
        report.totals[report.n_totals++] = row;
    }
    struct arena_buffer out = {.arena = arena};
    struct json_options options = {.emit_defaults = true};
    if (!report.totals || json_write(&out, &report.base, &options) || out.failed)
        return too_large(writer);
    /* `{"rows":[…` stands in the file; the rest of the object follows without its own empty rows.
     */
    static const char none[] = "\"rows\":[],";
    char *at = memmem(out.data, out.size, none, sizeof none - 1);
    if (!at)
        return too_large(writer);
    fputs("],", writer->file);
    fwrite(out.data + 1, 1, (size_t)(at - out.data) - 1, writer->file);
    at += sizeof none - 1;
    fwrite(at, 1, out.size - (size_t)(at - out.data), writer->file);
    return OK;
}

static enum error csv_end(struct aging_writer *writer)
{
    for (size_t i = 0; i < writer->n_totals; i++) {
        struct money total;
        enum error error = columns_total(writer->totals[i].columns, &total, &writer->call->problem);
        if (error)
            return error;
        csv_amounts(writer, "", "TOTAL", writer->totals[i].columns, total);
        csv_controls(writer);
    }
    if (writer->n_totals)
        return OK;
    /* Nothing is owed in any currency: the answer still says what was asked. */
    csv_question(writer);
    fputs(",TOTAL,,", writer->file);
    for (int column = 0; column < REPORT_COLUMNS; column++)
        if (report_column_name(writer->question->basis, (enum report_column)column))
            putc(',', writer->file);
    putc(',', writer->file);
    csv_controls(writer);
    return OK;
}

enum error aging_writer_answer(struct aging_writer *writer)
{
    struct api_call *call = writer->call;
    qsort(writer->totals, writer->n_totals, sizeof *writer->totals, by_code);
    enum error error = writer->csv ? csv_end(writer) : json_end(writer);
    if (error)
        return error;
    if (fflush(writer->file) || ferror(writer->file))
        return problem_set(&call->problem, ERR_INTERNAL, "", NULL, "the temporary disk is full");
    long size = ftell(writer->file);
    int copy = dup(fileno(writer->file));
    if (size < 0 || copy < 0)
        return problem_set(&call->problem, ERR_INTERNAL, "", NULL, "the temporary file is gone");
    api_answer_file(call, writer->csv ? "text/csv; charset=utf-8" : "application/json",
                    writer->csv ? "aging.csv" : NULL, copy, (size_t)size);
    return OK;
}
