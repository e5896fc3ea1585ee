/* SPDX-License-Identifier: Apache-2.0
 * The test clock: business time runs ahead of the database's by an offset that only grows
 * (architecture.md, section 11). All five services are asked by `billctl clock set`; each refuses
 * unless its installation is a test. */
#include "common/base/time.h"
#include "common/service/standard_routes_inside.h"

static const struct statement clock_read = {
    .name = "clock_read", .sql = "SELECT offset_us, clock_timestamp() FROM clock_offset WHERE one"};
/* The clock is read where the offset is locked, so that two settings cannot pull it back. */
static const struct statement clock_write = {
    .name = "clock_write",
    .sql = "UPDATE clock_offset SET offset_us = "
           "    $1::int8 - (extract(epoch FROM clock_timestamp()) * 1000000)::int8 "
           "WHERE one AND $1::int8 - (extract(epoch FROM clock_timestamp()) * 1000000)::int8 > "
           "offset_us "
           "RETURNING offset_us"};

static enum error clock_answer(struct api_call *call)
{
    ROWS_AUTO struct rows rows = {0};
    enum error error = database_query(call->database, &clock_read, NULL, &rows, &call->problem);
    if (!error && !rows_count(&rows))
        error = problem_set(&call->problem, ERR_SCHEMA, "", NULL, "clock_offset has no row");
    if (error)
        return error;
    Operate__Clock clock = OPERATE__CLOCK__INIT;
    clock.offset_us = rows_int64(&rows, 0, 0);
    clock.now = timestamp_message(call->arena, rows_timestamp(&rows, 0, 1) + clock.offset_us);
    clock.may_be_set = edge_call(call)->edge->options.test_clock;
    api_answer_message(call, 200, &clock.base);
    return OK;
}

enum error clock_get_run(struct api_call *call)
{
    return clock_answer(call);
}

static enum error refuse(struct api_call *call, const char *code, const char *detail)
{
    call->status = 409;
    call->code = code;
    return problem_set(&call->problem, ERR_UNSUPPORTED, "now", NULL, "%s", detail);
}

enum error clock_set_run(struct api_call *call)
{
    const struct edge_options *options = &edge_call(call)->edge->options;
    ProtobufCMessage *message;
    if (!options->test_clock)
        return refuse(call, "CLOCK_FIXED", "this installation is not a test; its clock is real");
    enum error error = request_read(call, &message);
    if (error)
        return error;
    const Google__Protobuf__Timestamp *now = ((const Operate__SetClock *)message)->now;
    if (!now)
        return problem_set(&call->problem, ERR_MISSING, "now", NULL,
                           "the instant to set, RFC 3339");
    int64_t now_us = now->seconds * SECOND_US + now->nanos / 1000;
    if (now->seconds > INT64_C(4102444800)) /* 2100: a slip of the pen would be for good */
        return problem_set(&call->problem, ERR_RANGE, "now", NULL, "not after the year 2099");
    PARAMETERS_AUTO struct parameters parameters = {0};
    parameters_int64(&parameters, now_us);
    ROWS_AUTO struct rows rows = {0};
    error = write_once(call, &clock_write, &parameters, &rows);
    if (error)
        return error;
    if (!rows_count(&rows))
        return refuse(call, "CLOCK_BACKWARDS", "the clock is set forward only");
    if (options->clock_changed)
        options->clock_changed(options->backend.self);
    return clock_answer(call);
}
