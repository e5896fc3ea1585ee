/* SPDX-License-Identifier: Apache-2.0
 * Configuration: read from a table, refused with reasons, explained from the same table, and never
 * showing a secret. */
#include "check.h"

#include <sys/mman.h>
#include <unistd.h>

#include "common/base/config.h"

struct sample_config {
    const char *database;
    int64_t workers;
    bool test_clock;
    const char *vault_key;
    struct setting_list brokers;
    const char *listen;
};

static const struct setting settings[] = {
    {.name = "BILLING_DATABASE",
     .kind = SETTING_TEXT,
     .required = true,
     .text = "libpq connection text | or URI.",
     .offset = offsetof(struct sample_config, database)},
    {.name = "BILLING_WORKERS",
     .kind = SETTING_INTEGER,
     .initial = "2",
     .min = 1,
     .max = 64,
     .text = "Threads that decide.",
     .offset = offsetof(struct sample_config, workers)},
    {.name = "BILLING_TEST_CLOCK",
     .kind = SETTING_BOOLEAN,
     .initial = "0",
     .text = "Allows `clock set`.",
     .offset = offsetof(struct sample_config, test_clock)},
    {.name = "BILLING_VAULT_KEY",
     .kind = SETTING_SECRET,
     .text = "Key of keys, in hex.",
     .offset = offsetof(struct sample_config, vault_key)},
    {.name = "BILLING_KAFKA",
     .kind = SETTING_LIST,
     .initial = "127.0.0.1:8111",
     .text = "Bootstrap servers.",
     .offset = offsetof(struct sample_config, brokers)},
    {.name = "BILLING_HTTP_LISTEN",
     .kind = SETTING_TEXT,
     .initial = "127.0.0.1:8101",
     .text = "Address and port.",
     .offset = offsetof(struct sample_config, listen)},
};

static struct arena arena;
static struct sample_config config;
static struct config_report report;
static const struct setting_group group = {"Service", settings, sizeof settings / sizeof *settings,
                                           &config};

static enum error read_all(char *const *environment)
{
    return config_read(&group, 1, environment, &arena, &report);
}

static int arena_open(void **state)
{
    (void)state;
    arena_init(&arena, 1 << 20);
    memset(&config, 0xAA, sizeof config);
    return 0;
}

static int arena_close(void **state)
{
    (void)state;
    arena_fini(&arena);
    return 0;
}

static void defaults_stand_where_nothing_is_given(void **state)
{
    (void)state;
    char *environment[] = {"BILLING_DATABASE=dbname=duebook", "HOME=/", "BILLING_WORKERS=", NULL};
    assert_ok(read_all(environment));
    assert_string_equal(config.database, "dbname=duebook");
    assert_int_equal(config.workers, 2);
    assert_false(config.test_clock);
    assert_null(config.vault_key);
    assert_int_equal(config.brokers.count, 1);
    assert_string_equal(config.brokers.items[0], "127.0.0.1:8111");
    assert_string_equal(config.listen, "127.0.0.1:8101");
    assert_int_equal(report.unknown_count, 0);
}

static void given_values_are_read(void **state)
{
    (void)state;
    char *environment[] = {"BILLING_DATABASE=x",       "BILLING_WORKERS=64",
                           "BILLING_TEST_CLOCK=Yes",   "BILLING_KAFKA=a:1 , b:2,c:3",
                           "BILLING_VAULT_KEY=5ec2e7", NULL};
    assert_ok(read_all(environment));
    assert_int_equal(config.workers, 64);
    assert_true(config.test_clock);
    assert_int_equal(config.brokers.count, 3);
    assert_string_equal(config.brokers.items[1], "b:2");
    assert_string_equal(config.vault_key, "5ec2e7");
}

static void every_mistake_is_named_at_once(void **state)
{
    (void)state;
    char *environment[] = {"BILLING_WORKERS=65",
                           "BILLING_TEST_CLOCK=maybe",
                           "BILLING_KAFKA=a,,b",
                           "BILLING_HTTP_LISTEN=a",
                           "BILLING_HTTP_LISTEN_FILE=/b",
                           "BILLING_VAULT_KEY_FILE=/no/such/file",
                           NULL};
    assert_refused(read_all(environment), ERR_CONFIG);
    assert_int_equal(report.problem_count, 6);
    static const char *const expected[][2] = {
        {"BILLING_DATABASE", "is required: set BILLING_DATABASE or BILLING_DATABASE_FILE"},
        {"BILLING_WORKERS", "must be a whole number from 1 to 64"},
        {"BILLING_TEST_CLOCK", "must be 1, true, yes or on, or 0, false, no or off"},
        {"BILLING_VAULT_KEY",
         "BILLING_VAULT_KEY_FILE names a file that cannot be read (No such file or directory): fix "
         "its path or rights"},
        {"BILLING_KAFKA", "must be a list with commas between its items and no empty item"},
        {"BILLING_HTTP_LISTEN",
         "BILLING_HTTP_LISTEN and BILLING_HTTP_LISTEN_FILE are both given: keep one"}};
    for (size_t i = 0; i < report.problem_count; i++) {
        assert_string_equal(report.problems[i].field, expected[i][0]);
        assert_string_equal(report.problems[i].detail, expected[i][1]);
    }
}

static void unknown_settings_are_told(void **state)
{
    (void)state;
    char *environment[] = {"BILLING_DATABASE=x", "BILLING_WORKER=3", "BILLING_KAFKA_FILES=3",
                           "OTHER=1", NULL};
    assert_ok(read_all(environment));
    assert_int_equal(report.unknown_count, 2);
    assert_string_equal(report.unknown[0], "BILLING_WORKER");
    assert_string_equal(report.unknown[1], "BILLING_KAFKA_FILES");
}

static void from_file(const char *content, size_t size, enum error expected)
{
    char variable[64];
    int descriptor = memfd_create("setting", 0);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, content, size), size);
    snprintf(variable, sizeof variable, "BILLING_DATABASE_FILE=/proc/self/fd/%d", descriptor);
    char *environment[] = {variable, NULL};
    enum error error = read_all(environment);
    close(descriptor);
    assert_int_equal(error, expected);
}

static void values_come_from_files(void **state)
{
    (void)state;
    from_file("secret words\n", 13, OK);
    assert_string_equal(config.database, "secret words");
    from_file("two\nlines\n\n", 11, OK);
    assert_string_equal(config.database, "two\nlines\n");
    from_file("crlf\r\n", 6, OK);
    assert_string_equal(config.database, "crlf");
    from_file("\n", 1, ERR_CONFIG);
    from_file("a\0b", 3, ERR_CONFIG);
    static char large[CONFIG_FILE_SIZE_MAX + 1];
    memset(large, 'x', sizeof large);
    from_file(large, CONFIG_FILE_SIZE_MAX, OK);
    assert_int_equal(strlen(config.database), CONFIG_FILE_SIZE_MAX);
    from_file(large, sizeof large, ERR_CONFIG);
}

static const char *printed(void (*print)(FILE *, const struct setting_group *, size_t))
{
    static char text[4096];
    FILE *file = fmemopen(text, sizeof text, "w");
    print(file, &group, 1);
    fclose(file);
    return text;
}

static void the_page_comes_from_the_table(void **state)
{
    (void)state;
    assert_string_equal(
        printed(config_explain),
        "## Service\n\n"
        "| Variable | Form | Default | Meaning |\n|---|---|---|---|\n"
        "| `BILLING_DATABASE` | text | required | libpq connection text \\| or URI. |\n"
        "| `BILLING_WORKERS` | 1 to 64 | `2` | Threads that decide. |\n"
        "| `BILLING_TEST_CLOCK` | 0 or 1 | `0` | Allows `clock set`. |\n"
        "| `BILLING_VAULT_KEY` | secret | none | Key of keys, in hex. |\n"
        "| `BILLING_KAFKA` | list with commas | `127.0.0.1:8111` | Bootstrap servers. |\n"
        "| `BILLING_HTTP_LISTEN` | text | `127.0.0.1:8101` | Address and port. |\n");
}

static void secrets_are_never_printed(void **state)
{
    (void)state;
    char *environment[] = {"BILLING_DATABASE=x", "BILLING_VAULT_KEY=5ec2e7", NULL};
    assert_ok(read_all(environment));
    assert_string_equal(printed(config_print),
                        "BILLING_DATABASE=x\nBILLING_WORKERS=2\nBILLING_TEST_CLOCK=0\n"
                        "BILLING_VAULT_KEY=(set)\nBILLING_KAFKA=127.0.0.1:8111\n"
                        "BILLING_HTTP_LISTEN=127.0.0.1:8101\n");
}

int main(void)
{
#define WITH_ARENA(test) cmocka_unit_test_setup_teardown(test, arena_open, arena_close)
    const struct CMUnitTest tests[] = {WITH_ARENA(defaults_stand_where_nothing_is_given),
                                       WITH_ARENA(given_values_are_read),
                                       WITH_ARENA(every_mistake_is_named_at_once),
                                       WITH_ARENA(unknown_settings_are_told),
                                       WITH_ARENA(values_come_from_files),
                                       WITH_ARENA(the_page_comes_from_the_table),
                                       WITH_ARENA(secrets_are_never_printed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
