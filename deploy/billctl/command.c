/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/billctl/command.h"

#include <stdio.h>
#include <string.h>

static const struct command commands[] = {
    {"status", "", "are the services, their feeds and topics well",
     "Asks /readyz and /v1/feeds of all five services. Exit 3 if one does not answer or is not "
     "ready.",
     status_command},
    {"prove", "[--service NAME]…", "proves the logs, tables, books and topics of all services",
     "Reads PostgreSQL with BILLING_DATABASE (a role that may read all schemas) and, where "
     "BILLING_KAFKA is set, the\n"
     "topics. Every proof prints one line with its counts; the first breaks are named below it. "
     "Nothing is written.\n"
     "The services may go on working. Exit 1 if a proof is broken.",
     prove_command},
    {"decode topic", "TOPIC PARTITION [--from POSITION] [--count N]", "prints records of a topic",
     "", decode_topic_command},
    {"decode event", "SERVICE SHARD POSITION [--count N]", "prints events of a service's table", "",
     decode_event_command},
    {"decode hex", "TYPE HEX", "prints a payload given in hexadecimal digits",
     "TYPE is the full name of the message, for example billing.invoicing.v1.InvoiceIssued. With "
     "the type\n"
     "duebook-feed the digits are a record's header.",
     decode_hex_command},
    {"tail", "TOPIC|SERVICE [--count N]", "prints records as they are published",
     "Ends with Ctrl-C, or after N records.", tail_command},
    {"explain", "account|item|payment|document|stream ID-OR-NUMBER [--full]",
     "the events behind a balance or a state",
     "Reads the services' tables with BILLING_DATABASE: every event that names the thing, in the "
     "order of recording,\n"
     "with the running amounts that follow from them. --full prints their fields too.",
     explain_command},
    {"park list", "[--service NAME] [--key KEY]", "messages that were put aside", "",
     park_list_command},
    {"park show", "SERVICE ID", "one of them, decoded", "", park_show_command},
    {"park redrive", "SERVICE ID", "processes it again, then those held behind it", "",
     park_redrive_command},
    {"park discard", "SERVICE ID [--reason TEXT]", "throws it away; takes two people",
     "The first person gives the reason; a second one, with a token of another principal, runs the "
     "same command again.",
     park_discard_command},
    {"token issue",
     "--principal UUID --label TEXT --role ROLE[@ENTITY]… [--expires TIME] [--key KEY]",
     "issues a token and prints its secret, once",
     "ROLE is viewer, biller, cashier, collector, accountant, credit_manager, ar_manager, "
     "controller, privacy_officer,\n"
     "auditor, operator or service; without @ENTITY it holds for every legal entity.",
     token_issue_command},
    {"token revoke", "ID [--reason TEXT] [--token TOKEN]",
     "revokes a token; ends when all services refuse it",
     "With --token (its secret) each service is asked with it until it refuses; without, until "
     "each has heard the event.",
     token_revoke_command},
    {"token list", "[--principal UUID]", "tokens in force", "", token_list_command},
    {"clock show", "", "the business clocks of all services", "", clock_show_command},
    {"clock set", "TIME", "sets the test clock of all services forward",
     "TIME is RFC 3339 (2026-03-31T23:00:00Z) or a date. Only where the installation is a test; "
     "forward only.",
     clock_set_command},
    {"import statement", "FILE… [--wait]",
     "hands bank statements to payments and prints the verdicts",
     "Exit 1 if one was refused. With --wait it ends when the money of all held files is posted.",
     import_statement_command},
    {"topics apply", "", "creates the five topics where they are absent",
     "Needs BILLING_KAFKA only.", topics_apply_command},
    {"topics verify", "", "checks that the five topics are as they must be", "",
     topics_verify_command},
    {"republish", "SERVICE SHARD|all --from POSITION", "publishes events again from a position on",
     "Sets the relay's cursor back; the relay of the running service does the rest. Consumers drop "
     "what they have.",
     republish_command},
    {"adopt", "SERVICE SHARD|all", "takes published events back into a restored database",
     "For a database that was restored from a backup and now knows less than its topic: the "
     "service stays closed for\n"
     "writing until this was done. The service must be stopped: its leases must have run out. "
     "Appends the published\n"
     "events as they are, rebuilds every table that follows from events, lists decisions that were "
     "cut in half, and\n"
     "begins the next epoch with a tick.",
     adopt_command},
    {"events", "", "every type of event with its meaning, as docs/events.md", "", events_command},
    {"openapi", "SERVICE", "prints the interface of a service as OpenAPI 3.1", "", openapi_command},
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static void print_list(FILE *out)
{
    fprintf(out, "usage: billctl COMMAND …      billctl help COMMAND says more\n\n");
    for (size_t i = 0; i < COMMANDS; i++)
        fprintf(out, "  %-17s %s\n", commands[i].name, commands[i].summary);
    fprintf(
        out,
        "\nSettings (each also as NAME_FILE, a file that holds it):\n"
        "  BILLING_DATABASE                PostgreSQL, a role that reads all schemas (prove, "
        "decode, explain)\n"
        "  BILLING_DATABASE_<SERVICE>      the service's own role (republish, adopt); else "
        "BILLING_DATABASE\n"
        "  BILLING_KAFKA                   bootstrap servers; BILLING_KAFKA_PROPERTIES: TLS, SASL\n"
        "  BILLING_URL_<SERVICE>           default http://127.0.0.1:8101 to 8105\n"
        "  BILLING_TOKEN                   who calls; else BILLING_BOOTSTRAP_TOKEN\n"
        "  BILLING_SHARDS                  12\n"
        "\nexit: 0 ok · 1 a proof is broken or a service refused · 2 usage or settings · 3 "
        "something does not answer\n");
}

/* How many of the words `name` takes; 0: it is another command. */
static int words_match(const char *name, int argc, char **argv)
{
    const char *space = strchr(name, ' ');
    size_t first = space ? (size_t)(space - name) : strlen(name);
    if (argc < 1 || strlen(argv[0]) != first || strncmp(argv[0], name, first))
        return 0;
    if (!space)
        return 1;
    return argc > 1 && !strcmp(argv[1], space + 1) ? 2 : 0;
}

static void print_usage(FILE *out, const struct command *command)
{
    fprintf(out, "usage: billctl %s %s\n", command->name, command->usage);
}

static int help(int argc, char **argv)
{
    bool found = false;
    for (size_t i = 0; i < COMMANDS && argc; i++) {
        size_t length = strlen(argv[0]);
        bool named = !strncmp(commands[i].name, argv[0], length) &&
                     (!commands[i].name[length] || commands[i].name[length] == ' ') &&
                     (argc < 2 || words_match(commands[i].name, argc, argv) == 2);
        if (!named)
            continue;
        found = true;
        print_usage(stdout, &commands[i]);
        printf("  %s\n", commands[i].summary);
        if (*commands[i].help)
            printf("%s\n", commands[i].help);
    }
    if (!found)
        print_list(argc ? stderr : stdout);
    return found || !argc ? STATUS_OK : STATUS_USAGE;
}

int commands_run(struct tool *tool, int argc, char **argv)
{
    if (argc < 1 || !strcmp(argv[0], "help") || !strcmp(argv[0], "--help") ||
        !strcmp(argv[0], "-h")) {
        if (argc < 1)
            print_list(stderr);
        return argc < 1 ? STATUS_USAGE : help(argc - 1, argv + 1);
    }
    for (size_t i = 0; i < COMMANDS; i++) {
        int words = words_match(commands[i].name, argc, argv);
        if (!words)
            continue;
        struct arguments arguments = {argv + words, argc - words};
        if (arguments_flag(&arguments, "--help"))
            return help(argc, argv);
        int status = commands[i].run(tool, &arguments);
        if (status == STATUS_USAGE)
            print_usage(stderr, &commands[i]);
        return status;
    }
    fprintf(stderr, "billctl: there is no command '%s%s%s'; see billctl help\n", argv[0],
            argc > 1 ? " " : "", argc > 1 ? argv[1] : "");
    return STATUS_USAGE;
}
