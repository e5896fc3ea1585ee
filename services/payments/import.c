/* SPDX-License-Identifier: Apache-2.0 */
#include "services/payments/import.h"

#include <sys/mman.h>
#include <sys/stat.h>

#include "billing/payments/v1/payment.pb-c.h"
#include "common/base/text.h"
#include "common/eventlog/personal_data.h"
#include "common/http/headers.h"
#include "services/payments/domain/kinds.h"
#include "services/payments/import_reading.h"
#include "services/payments/store_file.h"
#include "services/payments/store_import.h"

/* The file in memory: it is hashed, read and kept. */
struct import_file {
    uint8_t *bytes;
    size_t size;
};

static void import_file_close(struct import_file *file)
{
    if (file->bytes)
        munmap(file->bytes, file->size);
}
#define IMPORT_FILE_AUTO __attribute__((cleanup(import_file_close)))

/* One request. */
struct importing {
    struct api_call *call;
    struct import_file *file;
    char sha256_text[2 * 32 + 1];
    uint8_t sha256[32];
    const char *import_id, *request_id;
    struct import_reading reading;
    bool known; /* the import was recorded before */
};

static enum error refuse(struct api_call *call, int status, const char *code, const char *field,
                         const char *rule, const char *text)
{
    call->status = status;
    call->code = code;
    return problem_set(&call->problem, status == 404 ? ERR_NOT_FOUND : ERR_MALFORMED, field, rule,
                       "%s", text);
}

/* ---- the file ---- */

static enum error file_open(struct api_call *call, struct import_file *file)
{
    struct stat status;
    int descriptor = call->exchange->body_file;
    if (descriptor < 0 || fstat(descriptor, &status) != 0 || status.st_size <= 0)
        return refuse(call, 400, "body_missing", "", "REC-7", "send the bank's file as the body");
    void *bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (bytes == MAP_FAILED)
        return problem_set(&call->problem, ERR_AGAIN, "", "",
                           "the file could not be read; send it again");
    *file = (struct import_file){bytes, (size_t)status.st_size};
    return OK;
}

/* Ids: the same file is the same import, whoever brings it; the request's is that of any other
 * command. */
static enum error import_identify(struct importing *importing)
{
    struct api_call *call = importing->call;
    const char *key = "";
    char text[UUID_TEXT_SIZE], path[ROUTE_PATH_MAX];
    enum error error = http_idempotency_key(call->exchange, &key, &call->problem);
    if (error != OK) {
        call->status = 400;
        call->code = "idempotency_key_missing";
        return error;
    }
    struct record_hash hash = sha256(importing->file->bytes, importing->file->size);
    memcpy(importing->sha256, hash.b, sizeof importing->sha256);
    hex_encode(importing->sha256_text, sizeof importing->sha256_text,
               bytes_of(hash.b, sizeof hash.b));
    uuid_format(text, uuid_derive_text("import", importing->sha256_text, NULL));
    importing->import_id = arena_copy_text(call->arena, text);
    struct text_buffer route = text_buffer_on(path, sizeof path);
    text_buffer_add(&route, "POST ");
    text_buffer_add(&route, call->route->path);
    struct uuid request = uuid_derive_text("receipt", call->caller.principal_id, path, key, NULL);
    uuid_format(text, request);
    importing->request_id = arena_copy_text(call->arena, text);
    const char *first;
    error = import_of_request(call->database, call->arena, request, &first, &call->problem);
    if (error == OK && *first && !text_equal(first, importing->import_id))
        return refuse(call, 422, "IDEMPOTENCY_CONFLICT", "Idempotency-Key", "GEN-8",
                      "another file was sent with this key; a new file needs a new key");
    return error;
}

static enum error file_judge(struct importing *importing)
{
    struct api_call *call = importing->call;
    struct statement_memory memory = {(const char *)importing->file->bytes, importing->file->size,
                                      0};
    struct statement_source source = statement_source_memory(&memory);
    enum error error =
        import_read(call->arena, &source, importing->import_id,
                    /* As the loop names the actor of a command: who accepts is compared with it. */
                    arena_text(call->arena, "principal:%s", call->caller.principal_id),
                    &importing->reading, &call->problem);
    if (error != OK)
        return error;
    Payments__RecordImport *record = importing->reading.record;
    record->sha256 = (ProtobufCBinaryData){sizeof importing->sha256, importing->sha256};
    record->size = (int64_t)importing->file->size;
    record->request_id = importing->request_id;
    return OK;
}

/* Whoever may act for some legal entities only brings no statements of others. */
static enum error entities_allow(struct importing *importing)
{
    struct api_call *call = importing->call;
    for (size_t i = 0; i < importing->reading.n && !call->caller.all_entities; i++) {
        const char *id = importing->reading.statements[i]->statement->bank_account_id;
        ProtobufCMessage *state;
        int64_t version;
        if (!*id)
            continue;
        enum error error = api_state(call, KIND_BANK_ACCOUNT, id, &state, &version);
        if (error == ERR_NOT_FOUND)
            continue;
        if (error != OK)
            return error;
        if (!api_caller_may_entity(call, ((Payments__BankAccountState *)state)->entity_id))
            return refuse(call, 403, "forbidden_entity", "entity_id", "SOD-1",
                          "a statement is of a legal entity for which the token holds no role");
    }
    return OK;
}

/* ---- keeping and deciding ---- */

static enum error command_error(struct api_call *call, const struct job_command *command)
{
    if (command->result == WORK_APPLIED || command->result == WORK_REFUSED)
        return OK;
    call->problem = command->problem;
    if (call->problem.error == OK)
        return problem_set(&call->problem, ERR_AGAIN, "", "", "nothing was written; send it again");
    return call->problem.error;
}

static enum error import_keep(struct importing *importing)
{
    struct api_call *call = importing->call;
    enum error error =
        kept_file_write(call->database, api_personal_data(call), call->arena, importing->import_id,
                        importing->file->bytes, importing->file->size, &call->problem);
    struct job_command command = {.message = &importing->reading.record->base,
                                  .decision_domain = "record-import",
                                  .decision_key = importing->import_id};
    if (error == OK)
        error = api_submit_all(call, &command, 1);
    if (error == OK)
        error = command_error(call, &command);
    struct uuid subject;
    if (error == OK)
        error = uuid_parse(&subject, importing->import_id, &call->problem);
    /* Else the sweep of pending keys confirms it: its stream is born. */
    if (error == OK && personal_data_confirm(api_personal_data(call), &subject, 1, NULL) != OK)
        return OK;
    return error;
}

/* All in one call: statements of one account meet in one unit, in the order of the file. */
static enum error statements_decide(struct importing *importing)
{
    struct api_call *call = importing->call;
    size_t n = importing->reading.n;
    struct job_command *commands = arena_zero(call->arena, (n + 1) * sizeof *commands);
    if (!commands)
        return ERR_TOO_LARGE;
    for (size_t i = 0; i < n; i++) {
        const Payments__IngestStatement *command = importing->reading.statements[i];
        commands[i] = (struct job_command){
            .message = &command->base,
            .decision_domain = "ingest-statement",
            .decision_key =
                arena_text(call->arena, "%s/%s/%u", importing->import_id,
                           command->statement->statement_id, command->statement->ordinal)};
    }
    enum error error = n ? api_submit_all(call, commands, n) : OK;
    for (size_t i = 0; i < n && error == OK; i++) {
        error = command_error(call, &commands[i]);
        if (error == OK && commands[i].result == WORK_REFUSED &&
            !text_equal(commands[i].refusal_code, "DUPLICATE_STATEMENT"))
            error = refuse(call, 422, arena_copy_text(call->arena, commands[i].refusal_code),
                           commands[i].problem.field, commands[i].problem.rule,
                           commands[i].problem.detail);
    }
    return error;
}

/* ---- answering ---- */

static Payments__StatementVerdict verdict_of(const struct importing *importing,
                                             const Payments__Statement *brought,
                                             const Payments__StatementState *state)
{
    bool ours = text_equal(state->statement->import_id, importing->import_id) &&
                state->statement->ordinal == brought->ordinal;
    if (!ours)
        return STATEMENT_VERDICT_DUPLICATE;
    return state->n_reasons > 0 ? STATEMENT_VERDICT_HELD : STATEMENT_VERDICT_READ;
}

static enum error outcome_make(struct importing *importing, const Payments__Statement *brought,
                               Payments__StatementOutcome **made)
{
    struct api_call *call = importing->call;
    ProtobufCMessage *message;
    int64_t version;
    enum error error = api_state(call, KIND_STATEMENT, brought->statement_id, &message, &version);
    if (error != OK)
        return error;
    const Payments__StatementState *state = (const Payments__StatementState *)message;
    Payments__StatementOutcome *outcome =
        arena_new(call->arena, Payments__StatementOutcome, PAYMENTS__STATEMENT_OUTCOME__INIT);
    *made = outcome;
    outcome->statement_id = brought->statement_id;
    outcome->bank_statement_reference = brought->bank_statement_reference;
    outcome->account_number = brought->account_number;
    outcome->bank_account_id = brought->bank_account_id;
    outcome->entity_id = state->entity_id;
    outcome->verdict = verdict_of(importing, brought, state);
    outcome->status = state->status;
    outcome->rows = brought->rows;
    outcome->opening = brought->opening;
    outcome->closing = brought->closing;
    if (outcome->verdict == STATEMENT_VERDICT_DUPLICATE) {
        outcome->first_import_id = state->statement->import_id;
    } else {
        outcome->n_reasons = state->n_reasons;
        outcome->reasons = state->reasons;
    }
    return OK;
}

static enum error import_answer(struct importing *importing)
{
    struct api_call *call = importing->call;
    size_t n = importing->reading.n, duplicates = 0;
    Payments__ImportOutcome answer = PAYMENTS__IMPORT_OUTCOME__INIT;
    answer.import_id = importing->import_id;
    answer.verdict = IMPORT_VERDICT_READ;
    answer.format = importing->reading.record->format;
    answer.sha256 = importing->sha256_text;
    answer.n_statements = n;
    answer.statements = arena_zero(call->arena, (n + 1) * sizeof *answer.statements);
    for (size_t i = 0; i < n; i++) {
        enum error error = outcome_make(importing, importing->reading.statements[i]->statement,
                                        &answer.statements[i]);
        if (error != OK)
            return error;
        duplicates += answer.statements[i]->verdict == STATEMENT_VERDICT_DUPLICATE;
    }
    answer.duplicate = importing->known || (n > 0 && duplicates == n);
    api_answer_message(call, answer.duplicate ? 200 : 202, &answer.base);
    return OK;
}

/* A file that was refused is told so each time. */
static enum error refusal_answer(struct importing *importing)
{
    struct api_call *call = importing->call;
    const Payments__RecordImport *record = importing->reading.record;
    call->status = 422;
    call->code = record->code;
    return problem_set(&call->problem, ERR_MALFORMED, record->path, "REC-7",
                       "line %llu: %s (kept as import %s)", (unsigned long long)record->line,
                       record->detail, importing->import_id);
}

enum error import_run(struct api_call *call)
{
    IMPORT_FILE_AUTO struct import_file file = {0};
    struct importing importing = {.call = call, .file = &file};
    ProtobufCMessage *state;
    int64_t version;
    enum error error = file_open(call, &file);
    if (error == OK)
        error = import_identify(&importing);
    if (error == OK)
        error = file_judge(&importing);
    if (error == OK)
        error = entities_allow(&importing);
    if (error != OK)
        return error;
    error = api_state(call, KIND_IMPORT, importing.import_id, &state, &version);
    importing.known = error == OK;
    if (error == ERR_NOT_FOUND) {
        call->problem = (struct problem){0};
        error = import_keep(&importing);
    }
    if (error != OK)
        return error;
    if (importing.reading.record->verdict != IMPORT_VERDICT_READ)
        return refusal_answer(&importing);
    error = statements_decide(&importing);
    return error == OK ? import_answer(&importing) : error;
}
