/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/billctl/kafka.h"

enum error kafka_settings(struct tool *tool, struct broker_settings *settings,
                          struct problem *problem)
{
    *settings = (struct broker_settings){.client_id = "billctl"};
    enum error error = tool_setting_required(tool, "BILLING_KAFKA", &settings->bootstrap, problem);
    return error == OK
               ? tool_setting(tool, "BILLING_KAFKA_PROPERTIES", &settings->properties, problem)
               : error;
}

enum error kafka_reader(struct tool *tool, struct reader **reader, struct problem *problem)
{
    struct reader_options options = {0};
    enum error error = kafka_settings(tool, &options.broker, problem);
    return error == OK ? reader_open(reader, &options, problem) : error;
}
