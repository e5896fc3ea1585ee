/* SPDX-License-Identifier: Apache-2.0
 * The sub-commands of every service. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/log.h"
#include "common/service/runtime.h"

extern char **environ;
extern const struct migrations vault_migrations;

enum { CONFIG_ARENA_BYTES = 1 << 20 };

static int usage(const struct service *service, FILE *out)
{
    fprintf(out,
            "usage: duebook-%s COMMAND\n"
            "  run             serve until SIGTERM\n"
            "  migrate         bring the tables up to this program's version (BILLING_MIGRATION_DATABASE)\n"
            "  check-config    say what is in force, or everything that is wrong with it\n"
            "  explain-config  the page of documentation of all settings\n"
            "  print-states    the state machines as Mermaid diagrams\n",
            service->model->name);
    return out == stderr ? 2 : 0;
}

/* Only `run` needs Kafka, the vault's key and the service's own role: a migration is made by somebody else. */
static bool needed(const struct problem *problem, bool migrates)
{
    return !migrates || problem->error != ERR_CONFIG || !strcmp(problem->field, "BILLING_MIGRATION_DATABASE");
}

static int read_settings(struct service_settings *settings, struct arena *arena, bool migrates)
{
    struct setting_group group = service_setting_group(settings);
    static struct config_report report;
    int wrong = 0;
    if (config_read(&group, 1, environ, arena, &report) == OK)
        return 0;
    for (size_t i = 0; i < report.problem_count && i < CONFIG_PROBLEMS_MAX; i++) {
        if (!needed(&report.problems[i], migrates))
            continue;
        fprintf(stderr, "%s: %s\n", report.problems[i].field, report.problems[i].detail);
        wrong = 2;
    }
    if (migrates && !settings->migration_database && !settings->database) {
        fprintf(stderr, "BILLING_MIGRATION_DATABASE: is required: set it or BILLING_MIGRATION_DATABASE_FILE\n");
        wrong = 2;
    }
    return wrong;
}

static int fail(const char *what, const struct problem *problem)
{
    fprintf(stderr, "%s: %s%s%s (%s)\n", what, problem->field, *problem->field ? ": " : "",
            *problem->detail ? problem->detail : error_text(problem->error), error_code(problem->error));
    return 1;
}

/* ---- migrate ---- */

static void tell(void *context, const struct migration *migration)
{
    printf("%s: %s\n", (const char *)context, migration->name);
}

static enum error migrate_schema(const char *conninfo, const char *schema, const struct migrations *migrations,
                                 const char *role, struct problem *problem)
{
    DATABASE_AUTO struct database *database = NULL;
    struct database_options options = {.conninfo = conninfo,
                                       .schema = schema,
                                       .application_name = "duebook migrate",
                                       .statement_timeout_ms = -1,
                                       .idle_in_transaction_ms = -1};
    enum error error = database_open(&database, &options, problem);
    if (error != OK)
        return error;
    struct migration_options how = {.schema = schema, .reader_role = role, .on_apply = tell, .context = (void *)(uintptr_t)schema};
    int32_t applied;
    return migration_run(database, migrations, &how, &applied, problem);
}

static int migrate(const struct service *service, const struct service_settings *settings)
{
    struct problem problem = {0};
    char role[64];
    snprintf(role, sizeof role, "duebook_%s", service->model->name);
    const char *conninfo = settings->migration_database ? settings->migration_database : settings->database;
    enum error error = migrate_schema(conninfo, "vault", &vault_migrations, NULL, &problem);
    if (error == OK)
        error = migrate_schema(conninfo, service->model->name, service->migrations, role, &problem);
    return error == OK ? 0 : fail("migrate", &problem);
}

/* ---- run ---- */

static struct runtime *running;

static void on_signal(int number)
{
    (void)number;
    if (running && running->http)
        http_server_stop(running->http, 10000);
}

static enum error check_schema(const struct runtime *runtime, struct problem *problem)
{
    DATABASE_AUTO struct database *database = NULL;
    struct database_options options = runtime_database(runtime, "check");
    enum error error = database_open(&database, &options, problem);
    return error == OK ? migration_check(database, runtime->service->migrations, problem) : error;
}

/* PostgreSQL may start after us: that is no reason to give up, only to wait and say so. */
static enum error wait_for_database(struct runtime *runtime, struct problem *problem)
{
    enum error error = ERR_DATABASE_AWAY;
    for (int attempt = 0; attempt < 60 && error == ERR_DATABASE_AWAY; attempt++) {
        if (attempt)
            sleep(1);
        error = check_schema(runtime, problem);
        if (error == ERR_DATABASE_AWAY && attempt % 10 == 0)
            log_line(LOG_WARN, "waiting for PostgreSQL", LOG_PROBLEM(problem));
    }
    return error;
}

static int run(const struct service *service, const struct service_settings *settings)
{
    struct runtime *runtime = calloc(1, sizeof *runtime);
    struct problem problem = {0};
    if (!runtime)
        return 1;
    runtime->service = service;
    runtime->settings = *settings;
    struct log_settings log = {.service = service->model->name, .descriptor = 2};
    if (log_level_parse(&log.level, settings->log_level, &problem) != OK)
        return fail("BILLING_LOG_LEVEL", &problem);
    log.form = strcmp(settings->log_form, "json") ? LOG_FORM_TEXT : LOG_FORM_JSON;
    log_configure(log);
    enum error error = wait_for_database(runtime, &problem);
    if (error == OK)
        error = runtime_start(runtime, &problem);
    if (error != OK) {
        log_line(LOG_ERROR, "the service does not start", LOG_PROBLEM(&problem));
        _exit(fail("run", &problem)); /* threads that did start hold nothing: whatever they wrote is committed */
    }
    running = runtime;
    struct sigaction stop = {.sa_handler = on_signal};
    sigaction(SIGTERM, &stop, NULL);
    sigaction(SIGINT, &stop, NULL);
    log_line(LOG_INFO, "running", LOG_TEXT("instance", runtime->instance), LOG_INT("workers", runtime->n_workers));
    http_server_run(runtime->http);
    log_line(LOG_INFO, "stopping");
    runtime_stop(runtime);
    bool failed = atomic_load(&runtime->failed);
    log_line(LOG_INFO, "stopped");
    free(runtime);
    return failed ? 1 : 0;
}

int service_main(const struct service *service, int argc, char **argv)
{
    if (argc != 2)
        return usage(service, stderr);
    if (!strcmp(argv[1], "help") || !strcmp(argv[1], "--help"))
        return usage(service, stdout);
    struct service_settings settings = {0};
    if (!strcmp(argv[1], "explain-config")) {
        struct setting_group group = service_setting_group(&settings);
        config_explain(stdout, &group, 1);
        return 0;
    }
    if (!strcmp(argv[1], "print-states")) {
        if (service->print_states)
            service->print_states(stdout);
        return 0;
    }
    struct arena arena;
    arena_init(&arena, CONFIG_ARENA_BYTES);
    int wrong = read_settings(&settings, &arena, !strcmp(argv[1], "migrate"));
    if (wrong)
        return wrong;
    if (!strcmp(argv[1], "check-config")) {
        struct setting_group group = service_setting_group(&settings);
        config_print(stdout, &group, 1);
        return 0;
    }
    if (!strcmp(argv[1], "migrate"))
        return migrate(service, &settings);
    if (!strcmp(argv[1], "run"))
        return run(service, &settings);
    return usage(service, stderr);
}
