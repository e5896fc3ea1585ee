/* SPDX-License-Identifier: Apache-2.0
 * Events: the page docs/events.md, made from the models, so that it cannot say something else than
 * the services do. */
#include <stdio.h>
#include <string.h>

#include "common/eventlog/house.h"
#include "deploy/billctl/command.h"
#include "deploy/billctl/services.h"

static void print_kind(const struct stream_kind *kind)
{
    for (size_t i = 0; i < kind->n_evolutions; i++)
        printf("| `%s` | %s | %s |\n", kind->evolutions[i].event->name, kind->name,
               kind->evolutions[i].why ? kind->evolutions[i].why : "");
}

static void print_head(void)
{
    printf("\n| type (`ce_type`) | stream kind | what it means |\n|---|---|---|\n");
}

static void print_service(const struct known_service *service)
{
    const struct service_model *model = service->model;
    printf("\n## %s\n\nTopic `%s`, feed `%s`.", service->name, service->topic, service->feed_id);
    if (!model->n_kinds) {
        printf(" Says nothing of its own yet.\n");
        return;
    }
    printf("\n");
    print_head();
    for (size_t i = 0; i < model->n_kinds; i++)
        print_kind(&model->kinds[i]);
}

int events_command(struct tool *tool, struct arguments *arguments)
{
    struct problem problem = {0};
    size_t n;
    const struct stream_kind *house = house_kinds(&n);
    (void)tool;
    if (arguments_end(arguments, &problem) != OK)
        return tool_fail("events", &problem);
    printf("# Events of Duebook\n\nMade by `billctl events` from the models of the services; the "
           "fields of each type stand in "
           "`proto/billing/`.\nHow to read a topic: [consumer-guide.md](consumer-guide.md).\n");
    for (size_t i = 0; i < SERVICES; i++)
        if (known_services[i].model)
            print_service(&known_services[i]);
    printf("\n## every service\n\nINTERNAL: a service's own book-keeping. Link over them and "
           "ignore them.\n");
    print_head();
    for (size_t i = 0; i < n; i++)
        print_kind(&house[i]);
    return STATUS_OK;
}
