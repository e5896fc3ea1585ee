/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reporting/aging.h"

#include "common/base/text.h"
#include "services/reporting/aging_writer.h"

static enum error rows_write(struct aging_writer *writer, const struct rows *rows)
{
    struct aging_amounts amounts;
    int32_t row = 0;
    enum error error = OK;
    while (!error && aging_amounts_next(rows, &row, &amounts))
        error = aging_writer_row(writer, &amounts);
    return error;
}

/* Page by key, so that no statement and no memory grows with the legal entity. */
static enum error accounts_write(struct aging_writer *writer)
{
    struct api_call *call = writer->call;
    struct uuid after = {{0}}, end = {{0}};
    bool last_page = false;
    enum error error = OK;
    while (!last_page && !error) {
        ROWS_AUTO struct rows rows = {0};
        error = aging_page_end(call->database, writer->question, after, &end, &last_page,
                               &call->problem);
        if (!error)
            error = aging_page_read(call->database, writer->question, after,
                                    last_page ? NULL : &end, &rows, &call->problem);
        if (!error)
            error = rows_write(writer, &rows);
        after = end;
    }
    return error;
}

static enum error entity_write(struct aging_writer *writer)
{
    ROWS_AUTO struct rows rows = {0};
    enum error error =
        aging_entity_read(writer->call->database, writer->question, &rows, &writer->call->problem);
    return error ? error : rows_write(writer, &rows);
}

enum error aging_run(struct api_call *call)
{
    struct question question;
    const char *by = http_exchange_query(call->exchange, "by");
    enum error error = question_read(call, NULL, &question);
    if (error)
        return error;
    AGING_WRITER_AUTO struct aging_writer writer = {
        .call = call,
        .question = &question,
        .csv = question_wants_csv(call),
        .by_account = !by || text_equal(by, "account"),
    };
    error = watermark_read(call->database, call->arena, question.known_at_us, call->shards,
                           &writer.watermarks, &writer.n_watermarks, &call->problem);
    if (!error)
        error = aging_writer_begin(&writer);
    if (!error)
        error = writer.by_account ? accounts_write(&writer) : entity_write(&writer);
    return error ? error : aging_writer_answer(&writer);
}
