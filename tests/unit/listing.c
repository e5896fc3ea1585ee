/* SPDX-License-Identifier: Apache-2.0
 * Lists as a client scrolls them: pages by key in every order, filters, legal entities, bookmarks,
 * CSV. Against a real PostgreSQL and a real HTTP server (edge_fixture.h). */
#include "edge_fixture.h"

#include "common/base/text.h"

extern const struct migrations listing_migrations, vault_migrations;

static int setup(void **state)
{
    *state = fixture_new(&listing_migrations, &vault_migrations);
    return 0;
}

static int teardown(void **state)
{
    fixture_free(*state);
    return 0;
}

/* `count` things: few due dates, ranks and notes, so that pages break inside equal values. */
static void things_make(struct fixture *fixture, int count)
{
    char sql[1024];
    snprintf(sql, sizeof sql,
             "TRUNCATE thing; INSERT INTO thing SELECT "
             "('00000000-0000-8000-8000-' || lpad(i::text, 12, '0'))::uuid,"
             "CASE i %% 2 WHEN 0 THEN '%s'::uuid ELSE '%s'::uuid END,"
             "date '2026-01-01' + i %% 7, (i * 7919 %% 1000) - 500,"
             "(ARRAY['EUR', 'JPY', 'KWD'])[1 + i %% 3], NULL, 'note ' || i %% 5,"
             "CASE i %% 4 WHEN 0 THEN NULL ELSE timestamptz '2026-01-01Z' + i * interval '1 s' END,"
             "i::int8 * 1000000007, i %% 3, false FROM generate_series(1, %d) AS i",
             entity_one, entity_two, count);
    fixture_run(fixture, sql);
}

static char *token_for_entity(struct fixture *fixture, const char *entity, char *token, size_t size)
{
    char body[512];
    snprintf(body, sizeof body,
             "{\"principalId\":\"11111111-2222-8333-8444-555555555555\","
             "\"grants\":[{\"role\":\"ROLE_VIEWER\",\"entityId\":\"%s\"}]}",
             entity);
    ANSWER answer = ASK("POST", "/v1/tokens", bootstrap_token, entity, .body = body);
    return member(&answer, "\"token\":\"", token, size);
}

static int occurrences(const char *text, const char *word)
{
    int n = 0;
    for (const char *at = text; (at = strstr(at, word)); at += strlen(word))
        n++;
    return n;
}

/* Reads the list page by page and appends the ids in order; returns how many. */
static size_t scroll(struct fixture *fixture, const char *path, const char *token, int page_size,
                     char (*ids)[UUID_TEXT_SIZE], size_t max)
{
    char url[1024], page_token[600] = "";
    size_t n = 0;
    for (int page = 0; page < 500; page++) {
        snprintf(url, sizeof url, "%s%cpage_size=%d%s%s", path, strchr(path, '?') ? '&' : '?',
                 page_size, *page_token ? "&page_token=" : "", page_token);
        ANSWER answer = ASK("GET", url, token);
        expect(&answer, 200, "\"rows\":[");
        for (const char *at = answer.body; (at = strstr(at, "\"thingId\":\"")) && n < max; n++) {
            at += strlen("\"thingId\":\"");
            snprintf(ids[n], UUID_TEXT_SIZE, "%.36s", at);
        }
        if (!strstr(answer.body, "\"next_page_token\":\""))
            return n;
        member(&answer, "\"next_page_token\":\"", page_token, sizeof page_token);
    }
    fail_msg("the list does not end");
    return n;
}

static void expect_order(const char *sql, char (*ids)[UUID_TEXT_SIZE], size_t n)
{
    struct statement statement = {.name = "expected", .sql = sql};
    struct database *fresh = owner_open(program_invocation_short_name);
    ROWS_AUTO struct rows rows = {0};
    assert_ok(database_query(fresh, &statement, NULL, &rows, NULL));
    assert_int_equal(rows_count(&rows), n);
    for (size_t i = 0; i < n; i++)
        if (strcmp(rows_text(&rows, (int32_t)i, 0), ids[i]))
            fail_msg("row %zu: expected %s, came %s", i, rows_text(&rows, (int32_t)i, 0), ids[i]);
    database_close(fresh);
}

enum { MANY = 400 };

static void test_scrolls_in_every_order(void **state)
{
    NEEDS_DATABASE();
    char(*ids)[UUID_TEXT_SIZE] = calloc(MANY, sizeof *ids);
    things_make(fixture, 300);
    for (int page_size = 7; page_size <= 1000; page_size *= 11) {
        size_t n = scroll(fixture, "/v1/things", bootstrap_token, page_size, ids, MANY);
        expect_order("SELECT id::text FROM thing ORDER BY due, rank DESC, id", ids, n);
        n = scroll(fixture, "/v1/things-down", bootstrap_token, page_size, ids, MANY);
        expect_order("SELECT id::text FROM thing ORDER BY note DESC, id DESC", ids, n);
    }
    free(ids);
}

static void test_filters(void **state)
{
    NEEDS_DATABASE();
    static const struct {
        const char *query, *condition;
    } cases[] = {
        {"note=note%203", "note = 'note 3'"},
        {"due_before=2026-01-03", "due < '2026-01-03'"},
        {"is_open=true", "open > 0"},
        {"is_open=false", "NOT open > 0"},
        {"rank_from=1&open_from=-100", "rank >= 1 AND open >= -100"},
        {"seen_from=2026-01-01T00:02:00Z", "seen >= '2026-01-01T00:02:00Z'"},
        {"note=note%203&rank_from=2&is_open=true", "note = 'note 3' AND rank >= 2 AND open > 0"},
        {"note=%27%20OR%20true--", "false"},
    };
    char(*ids)[UUID_TEXT_SIZE] = calloc(MANY, sizeof *ids);
    things_make(fixture, 300);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char path[256], sql[256];
        snprintf(path, sizeof path, "/v1/things?%s", cases[i].query);
        snprintf(sql, sizeof sql, "SELECT id::text FROM thing WHERE %s ORDER BY due, rank DESC, id",
                 cases[i].condition);
        size_t n = scroll(fixture, path, bootstrap_token, 13, ids, MANY);
        expect_order(sql, ids, n);
    }
    free(ids);
}

static void test_entities(void **state)
{
    NEEDS_DATABASE();
    char token[ACCESS_TOKEN_TEXT_MAX], path[128];
    char(*ids)[UUID_TEXT_SIZE] = calloc(MANY, sizeof *ids);
    things_make(fixture, 100);
    token_for_entity(fixture, entity_one, token, sizeof token);
    size_t n = scroll(fixture, "/v1/things", token, 20, ids, MANY);
    assert_int_equal(n, 50);
    expect_order("SELECT id::text FROM thing WHERE entity = 'aaaaaaaa-0000-8000-8000-000000000001' "
                 "ORDER BY due, rank DESC, id",
                 ids, n);
    snprintf(path, sizeof path, "/v1/things?entity_id=%s", entity_two);
    ANSWER none = ASK("GET", path, token);
    expect(&none, 200, "\"total\":0");
    fixture_run(fixture, "UPDATE thing SET hidden = true WHERE rank = 0");
    ANSWER all = ASK("GET", "/v1/things?page_size=1", bootstrap_token);
    expect(&all, 200, "\"total\":67");
    free(ids);
}

static void test_forms(void **state)
{
    NEEDS_DATABASE();
    fixture_run(fixture, "TRUNCATE thing");
    struct arena arena;
    arena_init(&arena, 1 << 20);
    char subject[UUID_TEXT_SIZE];
    uuid_format(subject, uuid_derive_text("test list", "person", NULL));
    Common__Sealed sealed = COMMON__SEALED__INIT;
    struct sealing item = {subject, "name", "=Evil, \"Inc\"", &sealed};
    struct problem problem = {0};
    assert_ok(personal_data_seal(fixture->personal_data, &arena, &item, 1, &problem));
    static const struct statement insert = {
        .name = "insert_thing",
        .sql = "INSERT INTO thing VALUES ('00000000-0000-8000-8000-000000000001', $2::uuid, "
               "'2026-02-28', -123456, 'KWD', $1::bytea, '+49 30 1234, \"x\"', "
               "'2026-02-28T10:00:00.5Z', 9007199254740993, -7)"};
    size_t size;
    uint8_t *packed = arena_pack(&arena, &sealed.base, &size);
    PARAMETERS_AUTO struct parameters parameters = {0};
    struct uuid entity;
    assert_ok(uuid_parse(&entity, entity_one, NULL));
    parameters_bytes(&parameters, packed, size);
    parameters_uuid(&parameters, entity);
    assert_ok(database_query(fixture->owner, &insert, &parameters, NULL, &problem));
    ANSWER json = ASK("GET", "/v1/things", bootstrap_token);
    expect(&json, 200,
           "{\"rows\":[{\"thingId\":\"00000000-0000-8000-8000-000000000001\","
           "\"entityId\":\"aaaaaaaa-0000-8000-8000-000000000001\",\"dueDate\":\"2026-02-28\","
           "\"openAmount\":{\"currency\":\"KWD\",\"amount\":\"-123.456\"},"
           "\"personName\":\"=Evil, \\\"Inc\\\"\",\"note\":\"+49 30 1234, \\\"x\\\"\","
           "\"isOpen\":false,\"seenAt\":\"2026-02-28T10:00:00.500000Z\","
           "\"position\":\"9007199254740993\",\"rank\":-7}],\"total\":1,\"bookmarks\":[]}");
    ANSWER csv = ASK("GET", "/v1/things?format=csv", bootstrap_token);
    expect(&csv, 200, "Content-Type: text/csv; charset=utf-8");
    assert_string_equal(
        csv.body, "thing_id,entity_id,due_date,open_amount,open_amount_currency,person_name,note,"
                  "seen_at,position,rank\r\n"
                  "00000000-0000-8000-8000-000000000001,aaaaaaaa-0000-8000-8000-000000000001,"
                  "2026-02-28,-123.456,KWD,\"'=Evil, \"\"Inc\"\"\",\"+49 30 1234, \"\"x\"\"\","
                  "2026-02-28T10:00:00.500000Z,9007199254740993,-7\r\n");
    ANSWER accepted = ASK("GET", "/v1/things", bootstrap_token, .headers = "Accept: text/csv\r\n");
    assert_string_equal(accepted.body, csv.body);
    assert_ok(personal_data_destroy(fixture->personal_data, subject, &problem));
    ANSWER erased = ASK("GET", "/v1/things", bootstrap_token);
    expect(&erased, 200, "\"personName\":\"[erased]\"");
    arena_fini(&arena);
}

static void test_bookmarks_jump(void **state)
{
    NEEDS_DATABASE();
    things_make(fixture, 3000);
    ANSWER first = ASK("GET", "/v1/things?page_size=2", bootstrap_token);
    expect(&first, 200, "\"total\":3000");
    assert_int_equal(occurrences(first.body, "\"row\":"), 2); /* nothing stands behind row 3000 */
    char mark[600], path[700], before[64];
    member(&first, "{\"row\":2000,\"page_token\":\"", mark, sizeof mark);
    snprintf(path, sizeof path, "/v1/things?page_size=1&page_token=%s", mark);
    ANSWER jumped = ASK("GET", path, bootstrap_token);
    expect(&jumped, 200, "\"bookmarks\":[]");
    char ids[1][UUID_TEXT_SIZE];
    member(&jumped, "\"thingId\":\"", before, sizeof before);
    snprintf(ids[0], sizeof ids[0], "%.36s", before);
    expect_order("SELECT id::text FROM thing ORDER BY due, rank DESC, id OFFSET 2000 LIMIT 1", ids,
                 1);
}

static void test_csv_over_many_pages(void **state)
{
    NEEDS_DATABASE();
    things_make(fixture, 5001);
    ANSWER csv = ASK("GET", "/v1/things-down?format=csv", bootstrap_token);
    expect(&csv, 200, "attachment; filename=\"things_down.csv\"");
    assert_int_equal(occurrences(csv.body, "\r\n"), 5002);
    things_make(fixture, 0);
    ANSWER empty = ASK("GET", "/v1/things-down?format=csv", bootstrap_token);
    assert_int_equal(occurrences(empty.body, "\r\n"), 1);
}

static void test_tokens_are_not_believed(void **state)
{
    NEEDS_DATABASE();
    things_make(fixture, 100);
    ANSWER first = ASK("GET", "/v1/things?page_size=2", bootstrap_token);
    char token[600], path[700];
    member(&first, "\"next_page_token\":\"", token, sizeof token);
    static const char *const wrong[] = {"AAAA", "x", "AQAAAAA", "____"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        snprintf(path, sizeof path, "/v1/things?page_token=%s", wrong[i]);
        ANSWER refused = ASK("GET", path, bootstrap_token);
        expect(&refused, 400, "\"field\":\"page_token\"");
    }
    /* Of another list; cut; changed at each place: refused or another place, never worse. */
    snprintf(path, sizeof path, "/v1/things-down?page_token=%s", token);
    ANSWER foreign = ASK("GET", path, bootstrap_token);
    expect(&foreign, 400, "\"field\":\"page_token\"");
    for (size_t i = 0; i < strlen(token); i++) {
        char changed[600];
        snprintf(changed, sizeof changed, "%s", token);
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        snprintf(path, sizeof path, "/v1/things?page_token=%s", changed);
        ANSWER answer = ASK("GET", path, bootstrap_token);
        if (answer.status != 200 && answer.status != 400)
            fail_msg("changed at %zu: came %d", i, answer.status);
    }
}

static void test_bad_parameters(void **state)
{
    NEEDS_DATABASE();
    static const char *const wrong[] = {
        "page_size=0",           "page_size=1001",       "colour=red",   "rank_from=99999",
        "due_before=2026-02-30", "entity_id=everything", "is_open=maybe"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char path[128];
        snprintf(path, sizeof path, "/v1/things?%s", wrong[i]);
        ANSWER answer = ASK("GET", path, bootstrap_token);
        expect(&answer, 400, "\"field\":\"");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scrolls_in_every_order),
        cmocka_unit_test(test_filters),
        cmocka_unit_test(test_entities),
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_bookmarks_jump),
        cmocka_unit_test(test_csv_over_many_pages),
        cmocka_unit_test(test_tokens_are_not_believed),
        cmocka_unit_test(test_bad_parameters),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
