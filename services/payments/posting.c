/* SPDX-License-Identifier: Apache-2.0 */
#include "services/payments/posting.h"

#include "common/base/log.h"
#include "common/base/text.h"
#include "common/base/time.h"
#include "services/payments/domain/entry.h"
#include "services/payments/entry_command.h"
#include "services/payments/formats/statement_intake.h"
#include "services/payments/store_file.h"
#include "services/payments/tables.h"

enum {
    BATCH_ROWS = 3000, /* with ENTRY_SEALINGS_MAX each within PERSONAL_DATA_BATCH_MAX */
    BATCH_BYTES = 64 << 20,
    ERASED_MAX = 100, /* subjects that were erased meanwhile, in one batch */
};
_Static_assert(BATCH_ROWS *ENTRY_SEALINGS_MAX <= PERSONAL_DATA_BATCH_MAX, "one round trip a batch");

/* Where a row of the batch stands in its file. */
struct row_place {
    const struct pending_statement *statement;
    int64_t step;
    int32_t shard;
};

struct posting {
    struct job_call *call;
    const struct posting_options *options;
    struct problem *problem;
    int pass;
    bool stopped;
    /* the statement at hand; NULL: not to be posted */
    const struct pending_statement *statement;
    int64_t step;
    /* the batch */
    struct arena_mark mark;
    struct job_command *commands;
    struct row_place *places;
    struct sealing *sealings;
    struct uuid *subjects;
    size_t n, n_sealings;
};

/* ---- progress: one row per statement of the batch, in the transaction of the rows of the shard
 * ---- */

static void progress_row(struct projecting *projecting, const struct posting *posting,
                         const struct row_place *place)
{
    row_begin(projecting, &import_progress_table);
    row_uuid(projecting, place->statement->statement_id);
    row_int(projecting, posting->pass);
    row_int(projecting, place->shard);
    row_int(projecting, place->step);
    row_put(projecting);
}

static void progress_write(void *context, int32_t shard, struct projecting *projecting)
{
    const struct posting *posting = context;
    const struct row_place *last = NULL;
    for (size_t i = 0; i < posting->n; i++) {
        const struct row_place *place = &posting->places[i];
        if (place->shard != shard)
            continue;
        if (last && last->statement != place->statement)
            progress_row(projecting, posting, last);
        last = place;
    }
    if (last)
        progress_row(projecting, posting, last);
}

/* ---- the batch ---- */

/* A payer who was erased after the row was posted the first time: the row is known, and stays
 * without him. */
static void subject_drop(struct posting *posting, const char *subject_id)
{
    size_t kept = 0;
    for (size_t i = 0; i < posting->n_sealings; i++)
        if (!text_equal(posting->sealings[i].subject_id, subject_id))
            posting->sealings[kept++] = posting->sealings[i];
    posting->n_sealings = kept;
    for (size_t i = 0; i < posting->n; i++) {
        Payments__IngestEntry *command =
            (Payments__IngestEntry *)(uintptr_t)posting->commands[i].message;
        if (!text_equal(posting->commands[i].decision_key, subject_id))
            continue;
        command->payer_name = command->payer_account = NULL;
        if (command->remittance)
            command->remittance->text = NULL;
    }
}

static enum error batch_seal(struct posting *posting)
{
    struct personal_data *personal_data = job_personal_data(posting->call);
    for (int attempt = 0; attempt < ERASED_MAX; attempt++) {
        struct problem found = {0};
        enum error error = personal_data_seal(personal_data, posting->call->arena,
                                              posting->sealings, posting->n_sealings, &found);
        static const char before[] = "subject ";
        struct uuid subject;
        char id[UUID_TEXT_SIZE] = "";
        if (error == ERR_NOT_FOUND && text_starts_with(found.detail, before))
            memcpy(id, found.detail + sizeof before - 1, UUID_TEXT_SIZE - 1);
        if (error != ERR_NOT_FOUND || uuid_parse(&subject, id, NULL) != OK) {
            *posting->problem = found;
            return error;
        }
        subject_drop(posting, id);
    }
    return problem_set(posting->problem, ERR_INTERNAL, "", "COL-21", "too many erased payers");
}

static bool is_duplicate(const struct job_command *command)
{
    return command->result == WORK_REFUSED && text_starts_with(command->refusal_code, "DUPLICATE_");
}

static enum error results_check(struct posting *posting)
{
    for (size_t i = 0; i < posting->n; i++) {
        const struct job_command *command = &posting->commands[i];
        if (command->result == WORK_APPLIED || is_duplicate(command))
            continue;
        if (command->result == WORK_REFUSED)
            return problem_set(posting->problem, ERR_INTERNAL, command->problem.field, "REC-7",
                               "row %s was refused: %s", command->decision_key,
                               command->refusal_code);
        if (command->problem.error != OK) {
            *posting->problem = command->problem;
            return command->problem.error;
        }
        return problem_set(posting->problem, ERR_AGAIN, "", "", "row %s: %s", command->decision_key,
                           work_result_name(command->result));
    }
    return OK;
}

/* The streams of these payers are born. If this is lost, the sweep finds them. */
static void subjects_confirm(struct posting *posting)
{
    size_t n = 0;
    for (size_t i = 0; i < posting->n; i++)
        if (posting->commands[i].result == WORK_APPLIED &&
            uuid_parse(&posting->subjects[n], posting->commands[i].decision_key, NULL) == OK)
            n++;
    struct problem problem = {0};
    if (n && personal_data_confirm(job_personal_data(posting->call), posting->subjects, n,
                                   &problem) != OK)
        log_line(LOG_WARN, "keys of payers are not confirmed yet", LOG_PROBLEM(&problem));
}

static enum error batch_post(struct posting *posting)
{
    int64_t begin_us = monotonic_us();
    enum error error = batch_seal(posting);
    int64_t sealed_us = monotonic_us();
    if (error == OK)
        error = job_submit(posting->call, posting->commands, posting->n, progress_write, posting,
                           posting->problem);
    int64_t decided_us = monotonic_us();
    if (error == OK && posting->n_sealings > 0)
        subjects_confirm(posting);
    if (error == OK)
        error = results_check(posting);
    log_line(LOG_DEBUG, "a batch of rows was posted",
             LOG_TEXT("import", posting->options->import_id), LOG_INT("rows", (int64_t)posting->n),
             LOG_INT("seal_us", sealed_us - begin_us), LOG_INT("decide_us", decided_us - sealed_us),
             LOG_INT("confirm_us", monotonic_us() - decided_us));
    return error;
}

static enum error batch_flush(struct posting *posting)
{
    enum error error = posting->n > 0 ? batch_post(posting) : OK;
    posting->n = posting->n_sealings = 0;
    arena_rewind(posting->call->arena, posting->mark);
    if (error == OK && posting->options->deadline_us &&
        monotonic_us() > posting->options->deadline_us)
        posting->stopped = true;
    return error;
}

/* ---- rows ---- */

static bool is_of_pass(const struct posting *posting, const Payments__IngestEntry *command)
{
    bool returns = entry_classify(command) == ENTRY_RETURN;
    return returns == (posting->pass == 1);
}

static enum error row_add(struct posting *posting, const struct statement_header *header,
                          const struct statement_entry *entry, const struct statement_part *part)
{
    struct arena *arena = posting->call->arena;
    struct arena_mark before = arena_mark(arena);
    const struct pending_statement *statement = posting->statement;
    const struct entry_owner owner = {statement->statement_id,
                                      statement->bank_account_id,
                                      statement->entity_id,
                                      {statement->closing_days}};
    struct entry_command made;
    bool any;
    enum error error =
        entry_command_make(arena, &owner, header, entry, part, &made, &any, posting->problem);
    posting->step++;
    if (error != OK || !any)
        return error;
    const char *key = entry_key(arena, made.command);
    int32_t shard = shard_of_key(key, posting->call->shards);
    bool done =
        !posting->options->verify && posting->step <= statement->steps[posting->pass][shard];
    if (done || !is_of_pass(posting, made.command)) {
        arena_rewind(arena, before);
        return OK;
    }
    for (size_t i = 0; i < made.n_sealings; i++)
        posting->sealings[posting->n_sealings++] = made.sealings[i];
    posting->places[posting->n] = (struct row_place){statement, posting->step, shard};
    posting->commands[posting->n++] = (struct job_command){
        .message = &made.command->base, .decision_domain = "ingest-entry", .decision_key = key};
    bool full = posting->n == BATCH_ROWS || arena->used - posting->mark.used > BATCH_BYTES;
    return full ? batch_flush(posting) : OK;
}

/* ---- the file ---- */

static enum error on_statement(void *context, const struct statement_header *header)
{
    struct posting *posting = context;
    posting->statement = NULL;
    posting->step = 0;
    for (size_t i = 0; i < posting->options->n; i++)
        if (posting->options->statements[i].ordinal == header->ordinal)
            posting->statement = &posting->options->statements[i];
    return OK;
}

static enum error on_entry(void *context, const struct statement_header *header,
                           const struct statement_entry *entry, const struct statement_split *split)
{
    struct posting *posting = context;
    for (size_t i = 0; posting->statement && i < split->count; i++) {
        struct statement_part part;
        enum error error = statement_split_part(&part, split, i, posting->problem);
        if (error == OK)
            error = row_add(posting, header, entry, &part);
        if (error == OK && posting->stopped)
            error = ERR_AGAIN;
        if (error != OK)
            return error;
    }
    return OK;
}

static enum error file_read(struct posting *posting)
{
    KEPT_FILE_AUTO struct kept_file file = {.database = posting->call->database,
                                            .personal_data = job_personal_data(posting->call),
                                            .import_id = posting->options->import_id};
    kept_file_open(&file);
    struct statement_source source = kept_file_source(&file);
    struct statement_reading reading = {0};
    struct problem problem = {0};
    enum error error = statement_intake(
        &source, &(struct statement_intake_events){posting, on_statement, on_entry, NULL}, &reading,
        &problem);
    if (error == OK)
        return batch_flush(posting);
    if (posting->stopped)
        return OK;
    /* What stopped the reader: a row, the kept file, or the reader itself. */
    if (posting->problem->error == OK)
        *posting->problem = file.problem.error != OK ? file.problem : problem;
    return posting->problem->error != OK ? posting->problem->error : error;
}

static bool any_returns(const struct posting_options *options)
{
    for (size_t i = 0; i < options->n; i++)
        if (options->statements[i].return_rows > 0)
            return true;
    return false;
}

enum error posting_run(struct job_call *call, const struct posting_options *options, bool *whole,
                       struct problem *problem)
{
    struct problem found = {0};
    struct posting posting = {.call = call, .options = options, .problem = &found};
    struct arena_mark begin = arena_mark(call->arena);
    posting.commands = arena_get(call->arena, BATCH_ROWS * sizeof *posting.commands);
    posting.places = arena_get(call->arena, BATCH_ROWS * sizeof *posting.places);
    posting.sealings =
        arena_get(call->arena, BATCH_ROWS * ENTRY_SEALINGS_MAX * sizeof *posting.sealings);
    posting.subjects = arena_get(call->arena, BATCH_ROWS * sizeof *posting.subjects);
    if (!posting.commands || !posting.places || !posting.sealings || !posting.subjects)
        return problem_set(problem, ERR_TOO_LARGE, "", "", "no memory for a batch of rows");
    posting.mark = arena_mark(call->arena);
    enum error error = file_read(&posting);
    if (error == OK && !posting.stopped && any_returns(options)) {
        posting.pass = 1;
        error = file_read(&posting);
    }
    *whole = error == OK && !posting.stopped;
    if (error != OK)
        *problem = found;
    arena_rewind(call->arena, begin);
    return error;
}
