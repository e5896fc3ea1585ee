/* SPDX-License-Identifier: Apache-2.0
 * common/http/openapi: that the document says what the table and the contracts say, and that every
 * reference in it leads somewhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "billing/reconciliation/v1/reconciliation.pb-c.h"
#include "common/http/openapi.h"

static const char *const roles[] = {"viewer", "biller", NULL};

static const struct route routes[] = {
    {HTTP_GET, "/v1/journals", "Lists journals.", "journal", .roles = 3,
     .flags = ROUTE_LIST | ROUTE_AFTER | ROUTE_ETAG,
     .response = &reconciliation__journal_posted__descriptor,
     .parameters =
         (const struct route_parameter[]){
             {"status", PARAMETER_CHOICE, false, "Which.", "open|posted"},
             {"from", PARAMETER_DATE, true, "First day.", NULL},
             {0}}},
    {HTTP_POST, "/v1/journals", "Posts a journal.", "journal", .roles = 2,
     .flags = ROUTE_CREATES | ROUTE_IDEMPOTENCY_KEY,
     .request = &reconciliation__journal_posted__descriptor,
     .response = &reconciliation__journal_posted__descriptor},
    {HTTP_POST, "/v1/journals/{journal_id}/reverse", "Takes it back.", "journal", .roles = 2,
     .flags = ROUTE_NEEDS_IF_MATCH | ROUTE_IDEMPOTENCY_KEY,
     .parameters =
         (const struct route_parameter[]){{"journal_id", PARAMETER_UUID, true, "Which.", NULL},
                                          {0}}},
    {HTTP_POST, "/v1/files", "Takes a file.", "file",
     .flags = ROUTE_STREAMS_BODY | ROUTE_ACCEPTED | ROUTE_PUBLIC,
     .consumes = "application/xml, text/csv", .produces = "text/csv"},
    {HTTP_GET, "/livez", "Lives.", "operations", .flags = ROUTE_HIDDEN | ROUTE_PUBLIC},
};

static json_t *document(void)
{
    const struct openapi_info info = {.title = "Test", .version = "1", .role_names = roles};
    char *text = openapi_document(&info, routes, sizeof routes / sizeof *routes);
    char *again = openapi_document(&info, routes, sizeof routes / sizeof *routes);
    assert_string_equal(text, again);
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(json);
    free(text);
    free(again);
    return json;
}

/* "paths", "/v1/x", …: member by member; numbers pick from arrays. */
static json_t *at(json_t *json, const char *const *path)
{
    for (; *path; path++) {
        json_t *next = json_is_array(json) ? json_array_get(json, strtoul(*path, NULL, 10))
                                           : json_object_get(json, *path);
        if (!next)
            fail_msg("'%s' is missing", *path);
        json = next;
    }
    return json;
}

#define AT(json, ...) at(json, (const char *const[]){__VA_ARGS__, NULL})
#define TEXT(json, ...) json_string_value(AT(json, __VA_ARGS__))

static void check_references(json_t *root, json_t *json)
{
    const char *key;
    json_t *value;
    size_t index;
    const char *reference =
        json_is_object(json) ? json_string_value(json_object_get(json, "$ref")) : NULL;
    if (reference) {
        char name[200];
        json_t *found = root;
        assert_int_equal(strncmp(reference, "#/", 2), 0);
        for (const char *part = reference + 1; *part == '/';) {
            size_t size = strcspn(++part, "/");
            snprintf(name, sizeof name, "%.*s", (int)size, part);
            found = json_object_get(found, name);
            part += size;
        }
        if (!found)
            fail_msg("%s leads nowhere", reference);
    }
    json_object_foreach(json, key, value) check_references(root, value);
    json_array_foreach(json, index, value) check_references(root, value);
}

static void the_document_says_what_the_table_says(void **state)
{
    (void)state;
    json_t *root = document();
    check_references(root, root);
    assert_string_equal(TEXT(root, "openapi"), "3.1.0");
    assert_null(json_object_get(json_object_get(root, "paths"), "/livez"));
    json_t *list = AT(root, "paths", "/v1/journals", "get");
    assert_string_equal(TEXT(list, "operationId"), "getV1Journals");
    assert_string_equal(TEXT(list, "parameters", "0", "schema", "enum", "1"), "posted");
    assert_true(json_is_true(AT(list, "parameters", "1", "required")));
    assert_string_equal(TEXT(list, "parameters", "2", "$ref"), "#/components/parameters/PageSize");
    assert_string_equal(TEXT(list, "x-roles", "1"), "biller");
    (void)AT(list, "responses", "304");
    (void)AT(list, "responses", "200", "headers", "ETag");
    (void)AT(list, "security", "0", "bearerAuth");
    json_t *post = AT(root, "paths", "/v1/journals", "post");
    assert_string_equal(TEXT(post, "parameters", "0", "$ref"),
                        "#/components/parameters/IdempotencyKey");
    assert_string_equal(TEXT(post, "requestBody", "content", "application/json", "schema", "$ref"),
                        "#/components/schemas/billing.reconciliation.v1.JournalPosted");
    (void)AT(post, "responses", "201", "headers", "Location");
    (void)AT(post, "responses", "422");
    json_t *reverse = AT(root, "paths", "/v1/journals/{journal_id}/reverse", "post");
    assert_string_equal(TEXT(reverse, "parameters", "0", "in"), "path");
    assert_string_equal(TEXT(reverse, "parameters", "0", "schema", "format"), "uuid");
    (void)AT(reverse, "responses", "204");
    (void)AT(reverse, "responses", "428");
    json_t *file = AT(root, "paths", "/v1/files", "post");
    (void)AT(file, "requestBody", "content", "text/csv");
    (void)AT(file, "responses", "202", "content", "text/csv");
    assert_int_equal(json_array_size(AT(file, "security")), 0);
    json_decref(root);
}

static void schemas_follow_the_contracts(void **state)
{
    (void)state;
    json_t *root = document();
    json_t *schemas = AT(root, "components", "schemas");
    json_t *journal = AT(schemas, "billing.reconciliation.v1.JournalPosted", "properties");
    assert_string_equal(TEXT(journal, "journalId", "type"), "string");
    assert_string_equal(TEXT(journal, "postingDate", "$ref"), "#/components/schemas/Date");
    assert_string_equal(TEXT(journal, "lines", "items", "$ref"),
                        "#/components/schemas/billing.reconciliation.v1.JournalLine");
    assert_string_equal(TEXT(schemas, "Date", "format"), "date");
    json_t *line = AT(schemas, "billing.reconciliation.v1.JournalLine");
    assert_string_equal(TEXT(line, "properties", "debitMinor", "format"), "int64");
    assert_string_equal(TEXT(line, "allOf", "0", "oneOf", "0", "required", "0"), "debitMinor");
    (void)AT(line, "allOf", "0", "oneOf", "2", "not", "anyOf", "1");
    json_decref(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_document_says_what_the_table_says),
        cmocka_unit_test(schemas_follow_the_contracts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
