/* SPDX-License-Identifier: Apache-2.0
 * Personal data against a real PostgreSQL with the vault's schema (BILLING_DATABASE; skipped
 * without it). */
#include "check.h"

#include <errno.h>
#include <unistd.h>

#include "common/base/arena.h"
#include "common/database/migration.h"
#include "common/database/statement.h"
#include "common/eventlog/personal_data.h"

extern const struct migrations vault_migrations;

static const char key_hex[] = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
static const char other_key_hex[] =
    "ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

struct fixture {
    struct arena arena;
    struct database *database; /* the owner's, schema of this program */
    struct personal_data *data;
    char anna[UUID_TEXT_SIZE], bert[UUID_TEXT_SIZE];
};

static struct personal_data *data_new(const char *key, int32_t cache_s)
{
    struct personal_data *data;
    struct personal_data_options options = {.conninfo = getenv("BILLING_DATABASE"),
                                            .service = program_invocation_short_name,
                                            .key_hex = key,
                                            .cache_s = cache_s};
    assert_ok(personal_data_new(&data, &options, NULL));
    return data;
}

static struct database *owner_open(const char *schema)
{
    struct database *database;
    struct problem problem = {0};
    struct database_options options = {.conninfo = getenv("BILLING_DATABASE"), .schema = schema};
    if (database_open(&database, &options, &problem))
        fail_msg("open: %s", problem.detail);
    return database;
}

static void run(struct database *database, const char *sql)
{
    struct problem problem = {0};
    if (database_run(database, sql, &problem))
        fail_msg("%s: %s", sql, problem.detail);
}

static const struct statement keys_in_state = {
    .name = "keys_in_state",
    .sql =
        "SELECT count(*) FROM vault.subject_key WHERE service = $1::text AND status LIKE $2::text"};

static int64_t keys_count(struct fixture *fixture, const char *status)
{
    ROWS_AUTO struct rows rows = {0};
    PARAMETERS_AUTO struct parameters parameters = {0};
    struct problem problem = {0};
    parameters_text(&parameters, program_invocation_short_name);
    parameters_text(&parameters, status);
    if (database_query(fixture->database, &keys_in_state, &parameters, &rows, &problem))
        fail_msg("count: %s", problem.detail);
    return rows_int64(&rows, 0, 0);
}

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    *state = fixture;
    if (!getenv("BILLING_DATABASE"))
        return 0;
    arena_init(&fixture->arena, 16 << 20);
    struct database *vault = owner_open("vault");
    struct migration_options options = {.schema = "vault"};
    struct problem problem = {0};
    if (migration_run(vault, &vault_migrations, &options, NULL, &problem))
        fail_msg("migrate: %s %s", problem.field, problem.detail);
    char sql[512];
    snprintf(
        sql, sizeof sql,
        "DELETE FROM vault.search WHERE subject_id IN (SELECT subject_id FROM vault.subject_key "
        "WHERE service = '%s'); DELETE FROM vault.subject_key WHERE service = '%s';"
        "DROP SCHEMA IF EXISTS %s CASCADE; CREATE SCHEMA %s;"
        "CREATE TABLE %s.event(stream uuid NOT NULL)",
        program_invocation_short_name, program_invocation_short_name, program_invocation_short_name,
        program_invocation_short_name, program_invocation_short_name);
    run(vault, sql);
    database_close(vault);
    fixture->database = owner_open(program_invocation_short_name);
    fixture->data = data_new(key_hex, 0);
    uuid_format(fixture->anna, uuid_derive_text("test person", "anna", NULL));
    uuid_format(fixture->bert, uuid_derive_text("test person", "bert", NULL));
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    if (fixture->data) {
        personal_data_free(fixture->data);
        database_close(fixture->database);
        arena_fini(&fixture->arena);
    }
    free(fixture);
    return 0;
}

#define NEEDS_DATABASE()                                                                           \
    struct fixture *fixture = *state;                                                              \
    if (!fixture->data)                                                                            \
    skip()

static Common__Sealed *seal(struct fixture *fixture, const char *subject, const char *kind,
                            const char *text)
{
    Common__Sealed *sealed = arena_new(&fixture->arena, Common__Sealed, COMMON__SEALED__INIT);
    struct sealing item = {subject, kind, text, sealed};
    struct problem problem = {0};
    if (personal_data_seal(fixture->data, &fixture->arena, &item, 1, &problem))
        fail_msg("seal: %s", problem.detail);
    return sealed;
}

static const char *open_with(struct personal_data *data, struct fixture *fixture,
                             const Common__Sealed *sealed)
{
    const char *text;
    struct problem problem = {0};
    if (personal_data_open(data, &fixture->arena, &sealed, 1, &text, NULL, &problem))
        fail_msg("open: %s", problem.detail);
    return text;
}

static void test_key_must_be_hex(void **state)
{
    (void)state;
    struct personal_data *data;
    struct personal_data_options options = {
        .conninfo = "host=nowhere", .service = "x", .key_hex = "00ff"};
    assert_refused(personal_data_new(&data, &options, NULL), ERR_CONFIG);
    options.key_hex = NULL;
    assert_refused(personal_data_new(&data, &options, NULL), ERR_CONFIG);
}

static void test_sealed_and_opened(void **state)
{
    NEEDS_DATABASE();
    Common__Sealed *name = seal(fixture, fixture->anna, "name", "Zoë Ångström 李");
    assert_string_equal(open_with(fixture->data, fixture, name), "Zoë Ångström 李");
    assert_int_equal(name->key_version, 1);
    assert_int_equal(name->nonce.len, 24);
    assert_null(memmem(name->ciphertext.data, name->ciphertext.len, "ngstr", 5));
    /* Another process has no cache, so it asks the vault. */
    struct personal_data *fresh = data_new(key_hex, 0);
    assert_string_equal(open_with(fresh, fixture, name), "Zoë Ångström 李");
    personal_data_free(fresh);
    /* The same text is sealed differently each time. */
    Common__Sealed *again = seal(fixture, fixture->anna, "name", "Zoë Ångström 李");
    assert_memory_not_equal(name->ciphertext.data, again->ciphertext.data, name->ciphertext.len);
}

static void test_not_shown_as_anothers(void **state)
{
    NEEDS_DATABASE();
    Common__Sealed *name = seal(fixture, fixture->anna, "name", "Anna");
    (void)seal(fixture, fixture->bert, "name", "Bert");
    Common__Sealed moved = *name;
    moved.subject_id = fixture->bert;
    assert_null(open_with(fixture->data, fixture, &moved));
    moved = *name;
    moved.kind = "iban";
    assert_null(open_with(fixture->data, fixture, &moved));
    moved = *name;
    moved.ciphertext.len--;
    assert_null(open_with(fixture->data, fixture, &moved));
    moved = *name;
    moved.subject_id = "nobody";
    assert_null(open_with(fixture->data, fixture, &moved));
    moved.ciphertext = (ProtobufCBinaryData){0};
    assert_null(open_with(fixture->data, fixture, &moved));
}

static void test_wrong_installation_key(void **state)
{
    NEEDS_DATABASE();
    Common__Sealed *name = seal(fixture, fixture->anna, "name", "Anna");
    struct personal_data *other = data_new(other_key_hex, 0);
    const char *text;
    struct problem problem = {0};
    assert_refused(personal_data_open(other, &fixture->arena, (const Common__Sealed **)&name, 1,
                                      &text, NULL, &problem),
                   ERR_CONFIG);
    personal_data_free(other);
}

static void test_many_in_one_round_trip(void **state)
{
    NEEDS_DATABASE();
    enum { N = 2000 };
    struct sealing items[N];
    const Common__Sealed *sealed[N];
    const char *texts[N];
    for (int i = 0; i < N; i++) {
        char number_text[16], id[UUID_TEXT_SIZE];
        snprintf(number_text, sizeof number_text, "%d", i / 2); /* two data for each subject */
        uuid_format(id, uuid_derive_text("test many", number_text, NULL));
        Common__Sealed *one = arena_new(&fixture->arena, Common__Sealed, COMMON__SEALED__INIT);
        items[i] = (struct sealing){arena_copy_text(&fixture->arena, id), i % 2 ? "name" : "email",
                                    arena_copy_text(&fixture->arena, number_text), one};
        sealed[i] = one;
    }
    struct problem problem = {0};
    assert_ok(personal_data_seal(fixture->data, &fixture->arena, items, N, &problem));
    struct personal_data *fresh = data_new(key_hex, 0);
    size_t corrupt;
    assert_ok(personal_data_open(fresh, &fixture->arena, sealed, N, texts, &corrupt, &problem));
    assert_int_equal(corrupt, 0);
    for (int i = 0; i < N; i++)
        assert_int_equal((int)strtol(texts[i], NULL, 10), i / 2);
    personal_data_free(fresh);
}

static void test_erased(void **state)
{
    NEEDS_DATABASE();
    Common__Sealed *name = seal(fixture, fixture->anna, "name", "Anna");
    struct personal_data *elsewhere = data_new(key_hex, 1);
    assert_string_equal(open_with(elsewhere, fixture, name), "Anna");
    struct searchable found = {fixture->anna, "name", "Anna"};
    struct problem problem = {0};
    assert_ok(personal_data_search_put(fixture->data, &found, 1, &problem));
    assert_ok(personal_data_destroy(fixture->data, fixture->anna, &problem));
    assert_ok(personal_data_destroy(fixture->data, fixture->anna, &problem)); /* after a restore */
    assert_null(open_with(fixture->data, fixture, name));                     /* here at once */
    usleep(1100 * 1000);
    assert_null(open_with(elsewhere, fixture, name)); /* elsewhere once its cache has aged */
    personal_data_free(elsewhere);
    struct sealing again = {fixture->anna, "name", "Anna again", name};
    assert_refused(personal_data_seal(fixture->data, &fixture->arena, &again, 1, &problem),
                   ERR_NOT_FOUND);
    struct uuid subjects[4];
    size_t n;
    assert_ok(personal_data_search(fixture->data, "name", SEARCH_EXACT, "Anna", subjects, 4, &n,
                                   &problem));
    assert_int_equal(n, 0);
    /* A subject that never had a key can be erased beforehand. */
    assert_ok(personal_data_destroy(fixture->data, fixture->bert, &problem));
    again.subject_id = fixture->bert;
    assert_refused(personal_data_seal(fixture->data, &fixture->arena, &again, 1, &problem),
                   ERR_NOT_FOUND);
}

static void test_pending_is_confirmed_or_swept(void **state)
{
    NEEDS_DATABASE();
    struct problem problem = {0};
    struct uuid anna = uuid_derive_text("test person", "anna", NULL);
    char lost[UUID_TEXT_SIZE], sql[512];
    uuid_format(lost, uuid_derive_text("test person", "lost", NULL));
    (void)seal(fixture, fixture->anna, "name", "Anna");
    (void)seal(fixture, fixture->bert, "name", "Bert");
    (void)seal(fixture, lost, "name", "a command that was refused");
    assert_ok(personal_data_confirm(fixture->data, &anna, 1, &problem));
    assert_int_equal(keys_count(fixture, "CONFIRMED"), 1);
    /* Young ones are left alone. */
    size_t confirmed, forgotten;
    assert_ok(
        personal_data_sweep(fixture->data, fixture->database, &confirmed, &forgotten, &problem));
    assert_int_equal(confirmed + forgotten, 0);
    snprintf(sql, sizeof sql,
             "UPDATE vault.subject_key SET created_at = now() - interval '2 hours' "
             "WHERE service = '%s'; INSERT INTO event VALUES ('%s')",
             program_invocation_short_name, fixture->bert);
    run(fixture->database, sql);
    assert_ok(
        personal_data_sweep(fixture->data, fixture->database, &confirmed, &forgotten, &problem));
    assert_int_equal(confirmed, 1); /* Bert was born; only the confirmation was lost */
    assert_int_equal(forgotten, 1);
    assert_int_equal(keys_count(fixture, "%"), 2);
}

static void expect_found(struct fixture *fixture, enum search_how how, const char *text,
                         size_t expected)
{
    struct uuid subjects[8];
    size_t n;
    struct problem problem = {0};
    assert_ok(personal_data_search(fixture->data, "name", how, text, subjects, 8, &n, &problem));
    if (n != expected)
        fail_msg("searching '%s': expected %zu, found %zu", text, expected, n);
}

static void test_search(void **state)
{
    NEEDS_DATABASE();
    struct problem problem = {0};
    (void)seal(fixture, fixture->anna, "name", "x");
    (void)seal(fixture, fixture->bert, "name", "x");
    struct searchable items[] = {{fixture->anna, "name", "Änne O'Neil %_"},
                                 {fixture->bert, "name", "Bert Änneken"},
                                 {"00000000-0000-8000-8000-000000000001", "name", "no key"}};
    assert_ok(personal_data_search_put(fixture->data, items, 3, &problem));
    expect_found(fixture, SEARCH_EXACT, "änne o'neil %_", 1);
    expect_found(fixture, SEARCH_EXACT, "änne", 0);
    expect_found(fixture, SEARCH_PREFIX, "ÄNNE", 1);
    expect_found(fixture, SEARCH_PART, "änne", 2);
    expect_found(fixture, SEARCH_PART, "%_", 1);
    expect_found(fixture, SEARCH_PREFIX, "%", 0);
    expect_found(fixture, SEARCH_PART, "no key", 0);
    items[0].text = "Anna";
    assert_ok(personal_data_search_put(fixture->data, items, 1, &problem));
    expect_found(fixture, SEARCH_PREFIX, "änne", 0);
    expect_found(fixture, SEARCH_EXACT, "anna", 1);
}

static void test_limits(void **state)
{
    NEEDS_DATABASE();
    char *large = malloc(PERSONAL_DATA_TEXT_MAX + 2);
    memset(large, 'x', PERSONAL_DATA_TEXT_MAX + 1);
    large[PERSONAL_DATA_TEXT_MAX + 1] = 0;
    Common__Sealed sealed = COMMON__SEALED__INIT;
    struct sealing item = {fixture->anna, "name", large, &sealed};
    assert_refused(personal_data_seal(fixture->data, &fixture->arena, &item, 1, NULL),
                   ERR_TOO_LARGE);
    item.text = "\xff";
    assert_refused(personal_data_seal(fixture->data, &fixture->arena, &item, 1, NULL),
                   ERR_MALFORMED);
    item.text = "x";
    item.subject_id = "Anna";
    assert_refused(personal_data_seal(fixture->data, &fixture->arena, &item, 1, NULL),
                   ERR_MALFORMED);
    free(large);
}

/* RFC 4231, test case 2, with its key stretched by zeros to a block as HMAC does. */
static void test_keyed_hash(void **state)
{
    (void)state;
    uint8_t key[PERSONAL_DATA_KEY_BYTES] = "Jefe", hash[32];
    static const uint8_t expected[4] = {0x5b, 0xdc, 0xc1, 0x46};
    keyed_hash(key, "what do ya want for nothing?", 28, hash);
    assert_memory_equal(hash, expected, sizeof expected);
}

static void test_derived_keys_differ(void **state)
{
    NEEDS_DATABASE();
    uint8_t one[PERSONAL_DATA_KEY_BYTES], other[PERSONAL_DATA_KEY_BYTES];
    personal_data_derive_key(fixture->data, "request-hash", one);
    personal_data_derive_key(fixture->data, "something", other);
    assert_memory_not_equal(one, other, sizeof one);
}

/* The tables are nobody's: a service gets at them through the functions only. */
static void test_service_role_has_functions_only(void **state)
{
    NEEDS_DATABASE();
    static const char probe[] =
        "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'duebook_invoicing') THEN "
        "RETURN; END IF; SET LOCAL ROLE duebook_invoicing; "
        "PERFORM vault.search_find('name', 'exact', 'x', 1); "
        "BEGIN PERFORM 1 FROM vault.subject_key; RAISE EXCEPTION 'readable'; "
        "EXCEPTION WHEN insufficient_privilege THEN NULL; END; "
        "BEGIN PERFORM 1 FROM vault.search; RAISE EXCEPTION 'readable'; "
        "EXCEPTION WHEN insufficient_privilege THEN NULL; END; END $$";
    run(fixture->database, probe);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_key_must_be_hex),
        cmocka_unit_test(test_keyed_hash),
        CASE(test_sealed_and_opened),
        CASE(test_not_shown_as_anothers),
        CASE(test_wrong_installation_key),
        CASE(test_many_in_one_round_trip),
        CASE(test_erased),
        CASE(test_pending_is_confirmed_or_swept),
        CASE(test_search),
        CASE(test_limits),
        CASE(test_derived_keys_differ),
        CASE(test_service_role_has_functions_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
