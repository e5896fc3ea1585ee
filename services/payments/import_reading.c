/* SPDX-License-Identifier: Apache-2.0 */
#include "services/payments/import_reading.h"

#include "common/base/text.h"
#include "services/payments/formats/statement_intake.h"
#include "services/payments/statement_facts.h"

struct reader_context {
    struct arena *arena;
    struct import_reading *reading;
    struct statement_reading *file;
    struct problem *problem;
    const char *import_id, *imported_by;
    struct statement_rows rows; /* of the statement at hand */
};

static enum error on_statement(void *context, const struct statement_header *header)
{
    struct reader_context *reader = context;
    (void)header;
    reader->rows = (struct statement_rows){0};
    if (reader->reading->n < IMPORT_STATEMENTS_MAX)
        return OK;
    return problem_set(reader->problem, ERR_TOO_LARGE, "Stmt", "",
                       "a file has at most %d statements; split it", IMPORT_STATEMENTS_MAX);
}

static enum error on_entry(void *context, const struct statement_header *header,
                           const struct statement_entry *entry, const struct statement_split *split)
{
    struct reader_context *reader = context;
    (void)header;
    return statement_rows_count(&reader->rows, entry, split, reader->problem);
}

static enum error on_end(void *context, const struct statement_header *header,
                         const struct statement_facts *facts,
                         const struct statement_verdict *verdict)
{
    struct reader_context *reader = context;
    struct import_reading *reading = reader->reading;
    Payments__IngestStatement *command =
        statement_facts_command(reader->arena, header, facts, verdict, &reader->rows,
                                reader->import_id, reader->file->format, reader->imported_by);
    if (reading->n == reading->max) {
        reading->max = reading->max ? 2 * reading->max : 16;
        Payments__IngestStatement **more = arena_get(reader->arena, reading->max * sizeof *more);
        if (!more)
            return problem_set(reader->problem, ERR_TOO_LARGE, "Stmt", "", "too many statements");
        if (reading->n)
            memcpy(more, reading->statements, reading->n * sizeof *more);
        reading->statements = more;
    }
    reading->statements[reading->n++] = command;
    return OK;
}

/* The message's name without its version. */
static bool is_not_read_yet(const char *format)
{
    return text_starts_with(format, "camt.052") || text_starts_with(format, "camt.054");
}

static void refuse(struct arena *arena, Payments__RecordImport *record, enum error error,
                   const struct statement_reading *file, const struct problem *problem)
{
    bool later = error == ERR_UNSUPPORTED && is_not_read_yet(file->format);
    record->verdict = later ? IMPORT_VERDICT_NOT_READ_YET : IMPORT_VERDICT_REFUSED;
    record->code = later ? "not_read_yet" : error_code(error);
    record->path = arena_copy_text(arena, *file->path ? file->path : problem->field);
    record->line = file->line;
    record->detail =
        later ? arena_text(arena, "%s is a notification and not read yet; send the camt.053",
                           record->format)
              : arena_copy_text(arena, problem->detail);
}

enum error import_read(struct arena *arena, const struct statement_source *source,
                       const char *import_id, const char *imported_by,
                       struct import_reading *reading, struct problem *problem)
{
    struct statement_reading file = {0};
    struct problem found = {0};
    Payments__RecordImport *record =
        arena_new(arena, Payments__RecordImport, PAYMENTS__RECORD_IMPORT__INIT);
    *reading = (struct import_reading){.record = record};
    struct reader_context context = {.arena = arena,
                                     .reading = reading,
                                     .file = &file,
                                     .problem = &found,
                                     .import_id = import_id,
                                     .imported_by = imported_by};
    enum error error = statement_intake(
        source, &(struct statement_intake_events){&context, on_statement, on_entry, on_end}, &file,
        &found);
    if (error == ERR_AGAIN || arena->exhausted)
        return problem_set(problem, error == ERR_AGAIN ? ERR_AGAIN : ERR_TOO_LARGE, "", "",
                           "the file could not be read; send it again");
    record->import_id = import_id;
    record->imported_by = imported_by;
    record->format = arena_copy_text(arena, file.format);
    record->entries = file.entries;
    if (error != OK) {
        reading->n = 0;
        refuse(arena, record, error, &file, &found);
        return OK;
    }
    record->verdict = IMPORT_VERDICT_READ;
    record->statements = (uint32_t)reading->n;
    return OK;
}
