/* SPDX-License-Identifier: Apache-2.0
 * Log: one line each, readable by people and machines whatever is in it. */
#include "check.h"

#include <pthread.h>
#include <unistd.h>

#include "common/base/log.h"

static int pipe_ends[2];

static int pipe_open(void **state)
{
    (void)state;
    return pipe(pipe_ends);
}

static int pipe_close(void **state)
{
    (void)state;
    close(pipe_ends[0]);
    return 0;
}

/* All that was written since; the writing end is closed. */
static const char *written(void)
{
    static char text[1 << 16];
    size_t size = 0;
    close(pipe_ends[1]);
    for (ssize_t got; (got = read(pipe_ends[0], text + size, sizeof text - 1 - size)) > 0;)
        size += (size_t)got;
    text[size] = 0;
    return text;
}

static void configure(enum log_form form, enum log_level level)
{
    log_configure((struct log_settings){
        .service = "reconciliation", .level = level, .form = form, .descriptor = pipe_ends[1]});
}

static void a_line_is_key_and_value(void **state)
{
    (void)state;
    configure(LOG_FORM_TEXT, LOG_INFO);
    log_line(LOG_WARN, "lost a race", LOG_TEXT("stream", "item/inv-7"), LOG_INT("version", 4),
             LOG_BOOL("again", true), LOG_TEXT("empty", ""), LOG_TEXT("absent", NULL),
             LOG_TEXT("hint", "line\n\"two\" \\ \x01"), LOG_TEXT("sum", "a=b"));
    log_line(LOG_DEBUG, "not wanted");
    const char *text = written();
    assert_memory_equal(text, "ts=20", 5);
    assert_string_equal(strchr(text, ' '),
                        " level=warn service=reconciliation msg=\"lost a race\" stream=item/inv-7 "
                        "version=4 again=true "
                        "hint=\"line\\n\\\"two\\\" \\\\ \\u0001\" sum=\"a=b\"\n");
}

static void a_line_may_be_json(void **state)
{
    (void)state;
    configure(LOG_FORM_JSON, LOG_DEBUG);
    struct problem problem;
    enum error error = problem_set(&problem, ERR_RANGE, "amount", "GEN-1", "too large");
    assert_int_equal(error, ERR_RANGE);
    log_line(LOG_DEBUG, "refused", LOG_PROBLEM(&problem), LOG_INT("n", -1),
             LOG_TEXT("bad", "\xff"));
    const char *text = written();
    assert_memory_equal(text, "{\"ts\":\"20", 9);
    assert_string_equal(strstr(text, ",\"level\""),
                        ",\"level\":\"debug\",\"svc\":\"reconciliation\",\"msg\":\"refused\","
                        "\"code\":\"out_of_range\","
                        "\"class\":\"POISON\",\"field\":\"amount\",\"rule\":\"GEN-1\",\"hint\":"
                        "\"too large\",\"n\":-1,"
                        "\"bad\":\"\xEF\xBF\xBD\"}\n");
}

static void a_field_too_long_is_left_out_whole(void **state)
{
    (void)state;
    configure(LOG_FORM_JSON, LOG_INFO);
    static char large[8000];
    memset(large, 'x', sizeof large - 1);
    log_line(LOG_INFO, "large", LOG_TEXT("a", large), LOG_INT("after", 1));
    assert_string_equal(strstr(written(), "\"msg\""), "\"msg\":\"large\",\"after\":1}\n");
}

static void a_site_is_held_back(void **state)
{
    (void)state;
    configure(LOG_FORM_TEXT, LOG_INFO);
    for (int i = 0; i < 200; i++)
        log_line(LOG_INFO, "again", LOG_INT("i", i));
    const char *text = written();
    int lines = 0;
    for (; *text; text++)
        lines += *text == '\n';
    /* A second may begin in between. */
    assert_in_range(lines, LOG_BURST_PER_SECOND, 2 * LOG_BURST_PER_SECOND);
}

static void the_next_second_says_what_was_held_back(void **state)
{
    (void)state;
    configure(LOG_FORM_TEXT, LOG_INFO);
    struct log_site site = {.second = 1, .written = 100, .suppressed = 80};
    log_write(&site, LOG_INFO, "later", NULL, 0);
    assert_non_null(strstr(written(), "msg=later suppressed=80\n"));
}

static void *writer(void *unused)
{
    (void)unused;
    for (int i = 0; i < 50; i++)
        log_write(NULL, LOG_INFO, "from a thread", NULL, 0);
    return NULL;
}

static void threads_do_not_mix_lines(void **state)
{
    (void)state;
    configure(LOG_FORM_TEXT, LOG_INFO);
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, writer, NULL), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    int lines = 0;
    for (const char *line = written(); *line; lines++) {
        const char *end = strchr(line, '\n');
        assert_non_null(end);
        assert_memory_equal(line, "ts=", 3);
        assert_memory_equal(end - 19, "msg=\"from a thread\"", 19);
        line = end + 1;
    }
    assert_int_equal(lines, 200);
}

static void levels_have_names(void **state)
{
    (void)state;
    enum log_level level;
    assert_ok(log_level_parse(&level, "debug", NULL));
    assert_int_equal(level, LOG_DEBUG);
    assert_refused(log_level_parse(&level, "loud", NULL), ERR_MALFORMED);
    close(pipe_ends[1]);
}

int main(void)
{
#define WITH_PIPE(test) cmocka_unit_test_setup_teardown(test, pipe_open, pipe_close)
    const struct CMUnitTest tests[] = {WITH_PIPE(a_line_is_key_and_value),
                                       WITH_PIPE(a_line_may_be_json),
                                       WITH_PIPE(a_field_too_long_is_left_out_whole),
                                       WITH_PIPE(a_site_is_held_back),
                                       WITH_PIPE(the_next_second_says_what_was_held_back),
                                       WITH_PIPE(threads_do_not_mix_lines),
                                       WITH_PIPE(levels_have_names)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
