/* SPDX-License-Identifier: Apache-2.0
 * Import: hands bank statements to payments and prints what it says of them. The Idempotency-Key is
 * made from the file's bytes, so importing a file again after a lost answer is the same request. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/base/text.h"
#include "common/eventlog/record.h"
#include "deploy/billctl/command.h"
#include "deploy/billctl/http_client.h"

enum { FILE_BYTES_MAX = 256 << 20, WAIT_S = 600 };

static void file_clear(FILE **file)
{
    if (*file)
        fclose(*file);
}

static void bytes_clear(uint8_t **bytes)
{
    free(*bytes);
}

static enum error file_read(const char *path, uint8_t **bytes, size_t *size,
                            struct problem *problem)
{
    FILE *file __attribute__((cleanup(file_clear))) = fopen(path, "rb");
    size_t room = 1 << 16;
    if (!file)
        return problem_set(problem, ERR_CONFIG, path, "", "cannot be opened");
    *bytes = malloc(room);
    assert(*bytes);
    *size = 0;
    for (size_t got; (got = fread(*bytes + *size, 1, room - *size, file)) > 0;) {
        *size += got;
        if (*size > FILE_BYTES_MAX)
            return problem_set(problem, ERR_TOO_LARGE, path, "", "over 256 MiB");
        if (*size == room) {
            room *= 2;
            *bytes = realloc(*bytes, room);
            assert(*bytes);
        }
    }
    return ferror(file) ? problem_set(problem, ERR_CONFIG, path, "", "cannot be read") : OK;
}

static const char *plain(const char *verdict)
{
    const char *last = strstr(verdict, "_VERDICT_");
    return last ? last + strlen("_VERDICT_") : verdict;
}

static const char *money_text(const json_t *object, const char *name, char text[64])
{
    const json_t *money = json_object_get(object, name);
    snprintf(text, 64, "%s %s", json_text(money, "currency"), json_text(money, "amount"));
    return money ? text : "-";
}

static void outcome_print(const char *path, const json_t *json)
{
    size_t index, reason_index;
    json_t *statement, *reason;
    char opening[64], closing[64];
    printf("%s: %s%s %s\n", path, plain(json_text(json, "verdict")),
           json_is_true(json_object_get(json, "duplicate")) ? " (duplicate)" : "",
           json_text(json, "format"));
    json_array_foreach(json_object_get(json, "statements"), index, statement)
    {
        printf(
            "  %-9s %s account %s rows %lld opening %s closing %s\n",
            plain(json_text(statement, "verdict")), json_text(statement, "bankStatementReference"),
            json_text(statement, "accountNumber"), (long long)json_number(statement, "rows"),
            money_text(statement, "opening", opening), money_text(statement, "closing", closing));
        json_array_foreach(json_object_get(statement, "reasons"), reason_index, reason)
            printf("            %s %s\n", json_text(reason, "code"), json_text(reason, "detail"));
    }
}

/* Ends when no statement of the import is INGESTED any more: all of its rows have become payments.
 */
static enum error wait_posted(struct tool *tool, const json_t *outcome, struct problem *problem)
{
    time_t until = time(NULL) + WAIT_S;
    size_t index;
    json_t *statement;
    json_array_foreach(json_object_get(outcome, "statements"), index, statement)
    {
        const char *verdict = plain(json_text(statement, "verdict"));
        char path[120];
        if (strcmp(verdict, "READ") != 0)
            continue;
        snprintf(path, sizeof path, "/v1/bank-statements/%s", json_text(statement, "statementId"));
        for (;;) {
            HTTP_ANSWER_AUTO struct http_answer_read answer = {0};
            struct http_request request = {
                .service = known_service_named("payments"), .method = "GET", .path = path};
            enum error error = http_ask_good(tool, &request, &answer, problem);
            if (error != OK)
                return error;
            if (!strcmp(json_text(answer.json, "status"), "STATEMENT_STATUS_POSTED")) {
                printf("  posted    %s payments %lld returns %lld movements %lld duplicates %lld\n",
                       json_text(statement, "bankStatementReference"),
                       (long long)json_number(answer.json, "payments"),
                       (long long)json_number(answer.json, "returns"),
                       (long long)json_number(answer.json, "movements"),
                       (long long)json_number(answer.json, "duplicates"));
                break;
            }
            if (time(NULL) > until)
                return problem_set(problem, ERR_TIMEOUT, "", "",
                                   "the statement is not posted after %d seconds", WAIT_S);
            usleep(200000);
        }
    }
    return OK;
}

static enum error import_one(struct tool *tool, const char *path, struct http_answer_read *answer,
                             struct problem *problem)
{
    uint8_t *bytes __attribute__((cleanup(bytes_clear))) = NULL;
    size_t size = 0;
    char key[HEX_TEXT_SIZE(HASH_BYTES) + 10] = "statement-";
    enum error error = file_read(path, &bytes, &size, problem);
    if (error != OK)
        return error;
    struct record_hash hash = sha256(bytes, size);
    hex_encode(key + 10, sizeof key - 10, bytes_of(hash.b, HASH_BYTES));
    struct http_request request = {.service = known_service_named("payments"),
                                   .method = "POST",
                                   .path = "/v1/bank-statements",
                                   .body = bytes,
                                   .body_size = size,
                                   .content_type = "application/xml",
                                   .key = key,
                                   .timeout_s = 300};
    return http_ask(tool, &request, answer, problem);
}

int import_statement_command(struct tool *tool, struct arguments *arguments)
{
    struct problem problem = {0};
    bool wait = arguments_flag(arguments, "--wait");
    int status = STATUS_OK;
    if (!arguments->count) {
        problem_set(&problem, ERR_CONFIG, "FILE", "", "name at least one file");
        return tool_fail("import", &problem);
    }
    for (const char *path; (path = arguments_next(arguments));) {
        HTTP_ANSWER_AUTO struct http_answer_read answer = {0};
        enum error error = import_one(tool, path, &answer, &problem);
        if (error != OK)
            return tool_fail("import", &problem);
        if (answer.status >= 200 && answer.status < 300) {
            outcome_print(path, answer.json);
            if (wait && (error = wait_posted(tool, answer.json, &problem)) != OK)
                return tool_fail("import", &problem);
            continue;
        }
        bool ours = answer.status >= 500 || answer.status == 401 || answer.status == 403 ||
                    answer.status == 429;
        printf("%s: %s %s: %s%s%s%s\n", path, ours ? "NOT TAKEN" : "REFUSED",
               json_text(answer.json, "code"), json_text(answer.json, "detail"),
               *json_text(answer.json, "field") ? " (" : "", json_text(answer.json, "field"),
               *json_text(answer.json, "field") ? ")" : "");
        status = status == STATUS_UNREACHABLE || ours ? STATUS_UNREACHABLE : STATUS_BROKEN;
    }
    return status;
}
