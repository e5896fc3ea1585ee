/* SPDX-License-Identifier: Apache-2.0
 * Database: what became of a COMMIT, also when its answer is lost, and how the death of either side
 * is told. */
#include "database_fixture.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdatomic.h>
#include <sys/socket.h>

static void commit_tells_what_became_of_it(void **state)
{
    (void)state;
    NEEDS_DATABASE();
    DATABASE_AUTO struct database *database = open_plain();
    struct problem problem = {0};
    expect(database_commit(database, &problem), ERR_INTERNAL, &problem);
    expect(database_begin(database, &problem), OK, &problem);
    assert_true(database_in_transaction(database));
    expect(put(database, &insert, 20, "kept", &problem), OK, &problem);
    expect(database_commit(database, &problem), OK, &problem);
    assert_false(database_in_transaction(database));
    expect(database_begin(database, &problem), OK, &problem);
    expect(put(database, &insert, 20, "twice", &problem), ERR_INTERNAL, &problem);
    expect(database_commit(database, &problem), ERR_INTERNAL, &problem); /* certainly not */
    expect(database_begin(database, &problem), OK, &problem);
    expect(put(database, &insert, 21, "dropped", &problem), OK, &problem);
    database_rollback(database);
    assert_int_equal(count("pair"), 3);
}

static const struct statement terminate = {.name = "terminate",
                                           .sql = "SELECT pg_terminate_backend($1::int4)"};

struct killer {
    struct database *database;
    int32_t victim, after_ms;
};

static void *kill_later(void *context)
{
    struct killer *killer = context;
    struct problem problem = {0};
    PARAMETERS_AUTO struct parameters p = {0};
    parameters_int32(&p, killer->victim);
    usleep((useconds_t)killer->after_ms * 1000);
    expect(database_query(killer->database, &terminate, &p, NULL, &problem), OK, &problem);
    return NULL;
}

static const char slow_commit[] =
    "CREATE TABLE IF NOT EXISTS slow(id int);"
    "CREATE OR REPLACE FUNCTION nap() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN PERFORM pg_sleep(3); RETURN NULL; END $$;"
    "DROP TRIGGER IF EXISTS nap ON slow;"
    "CREATE CONSTRAINT TRIGGER nap AFTER INSERT ON slow DEFERRABLE INITIALLY DEFERRED "
    "FOR EACH ROW EXECUTE FUNCTION nap()";

static const struct statement slow_insert = {.name = "slow_insert",
                                             .sql = "INSERT INTO slow VALUES (1)"};

static void a_backend_killed_during_commit_is_unknown(void **state)
{
    (void)state;
    NEEDS_DATABASE();
    DATABASE_AUTO struct database *other = open_plain();
    run(other, slow_commit);
    for (int piped = 0; piped < 2; piped++) {
        DATABASE_AUTO struct database *database = open_plain();
        struct killer killer = {other, database_backend(database), 500};
        struct problem problem = {0};
        pthread_t thread;
        pthread_create(&thread, NULL, kill_later, &killer);
        if (piped) {
            database_pipeline_begin(database);
            database_pipeline_send_begin(database);
            database_pipeline_send(database, &slow_insert, NULL);
            database_pipeline_send_commit(database);
            expect(database_pipeline_end(database, NULL, 0, &problem), ERR_COMMIT_UNKNOWN,
                   &problem);
        } else {
            expect(database_begin(database, &problem), OK, &problem);
            expect(database_query(database, &slow_insert, NULL, NULL, &problem), OK, &problem);
            expect(database_commit(database, &problem), ERR_COMMIT_UNKNOWN, &problem);
        }
        pthread_join(thread, NULL);
        assert_false(database_is_open(database));
        assert_false(database_in_transaction(database));
        expect(database_reopen(database, &problem), OK, &problem);
        expect(put(database, &insert, 30 + piped, "alive", &problem), OK, &problem);
    }
}

static void a_killed_backend_is_away(void **state)
{
    (void)state;
    NEEDS_DATABASE();
    DATABASE_AUTO struct database *other = open_plain();
    DATABASE_AUTO struct database *database = open_plain();
    struct problem problem = {0};
    expect(database_begin(database, &problem), OK, &problem);
    expect(put(database, &insert, 40, "lost", &problem), OK, &problem);
    struct killer killer = {other, database_backend(database), 0};
    kill_later(&killer);
    usleep(100000);
    expect(put(database, &insert, 41, "lost", &problem), ERR_DATABASE_AWAY, &problem);
    database_rollback(database);
    expect(database_begin(database, &problem), ERR_DATABASE_AWAY, &problem);
    expect(database_reopen(database, &problem), OK, &problem);
    expect(put(database, &insert, 42, "kept", &problem), OK, &problem);
    assert_int_equal(count("pair"), 3);
    run(database, "DELETE FROM pair WHERE id = 42");
}

/* A middleman that lets everything through until it is told to swallow the server's answers. */
struct proxy {
    int listener, port, server_port;
    atomic_bool swallow, silent, stop;
};

static bool pass_on(int from, int to, bool swallow)
{
    char bytes[8192];
    ssize_t n = read(from, bytes, sizeof bytes);
    return n > 0 && (swallow || write(to, bytes, (size_t)n) == n);
}

static void *proxy_run(void *context)
{
    struct proxy *proxy = context;
    int client = accept(proxy->listener, NULL, NULL), server = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)proxy->server_port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    bool alive = !connect(server, (struct sockaddr *)&to, sizeof to);
    while (alive && !proxy->stop) {
        struct pollfd both[] = {{.fd = client, .events = POLLIN}, {.fd = server, .events = POLLIN}};
        poll(both, 2, 50);
        bool swallow = proxy->swallow || proxy->silent;
        if (both[0].revents)
            alive = pass_on(client, server, false);
        if (alive && both[1].revents)
            alive = pass_on(server, client, swallow) && !(proxy->swallow && swallow);
    }
    close(client);
    close(server);
    return NULL;
}

static struct database *open_through(struct proxy *proxy, pthread_t *thread, int32_t reply_ms)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    *proxy = (struct proxy){.listener = socket(AF_INET, SOCK_STREAM, 0)};
    assert_int_equal(bind(proxy->listener, (struct sockaddr *)&at, size), 0);
    assert_int_equal(listen(proxy->listener, 1), 0);
    getsockname(proxy->listener, (struct sockaddr *)&at, &size);
    proxy->port = ntohs(at.sin_port);
    const char *conninfo = getenv("BILLING_DATABASE"), *port = strstr(conninfo, "port=");
    proxy->server_port = port ? (int)strtol(port + 5, NULL, 10) : 5432;
    pthread_create(thread, NULL, proxy_run, proxy);
    char through[512];
    snprintf(through, sizeof through, "%s host=127.0.0.1 port=%d sslmode=disable", conninfo,
             proxy->port);
    return open_with((struct database_options){.conninfo = through, .reply_timeout_ms = reply_ms});
}

static void a_lost_answer_to_commit_is_unknown_and_durable(void **state)
{
    (void)state;
    NEEDS_DATABASE();
    struct proxy proxy;
    pthread_t thread;
    DATABASE_AUTO struct database *database = open_through(&proxy, &thread, 0);
    struct problem problem = {0};
    expect(database_begin(database, &problem), OK, &problem);
    expect(put(database, &insert, 50, "durable", &problem), OK, &problem);
    proxy.swallow = true;
    expect(database_commit(database, &problem), ERR_COMMIT_UNKNOWN, &problem);
    pthread_join(thread, NULL);
    close(proxy.listener);
    assert_int_equal(count("pair"), 3);
}

static void a_silent_server_is_given_up(void **state)
{
    (void)state;
    NEEDS_DATABASE();
    struct proxy proxy;
    pthread_t thread;
    DATABASE_AUTO struct database *database = open_through(&proxy, &thread, 300);
    struct problem problem = {0};
    proxy.silent = true;
    expect(put(database, &insert, 60, "?", &problem), ERR_DATABASE_AWAY, &problem);
    assert_false(database_is_open(database));
    proxy.stop = true;
    pthread_join(thread, NULL);
    close(proxy.listener);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(commit_tells_what_became_of_it, fresh_table),
        cmocka_unit_test_setup(a_backend_killed_during_commit_is_unknown, fresh_table),
        cmocka_unit_test_setup(a_killed_backend_is_away, fresh_table),
        cmocka_unit_test_setup(a_lost_answer_to_commit_is_unknown_and_durable, fresh_table),
        cmocka_unit_test_setup(a_silent_server_is_given_up, fresh_table),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
