/* SPDX-License-Identifier: Apache-2.0 */
#include "common/service/edge.h"

#include <assert.h>
#include <stdlib.h>

#include "common/base/log.h"
#include "common/base/time.h"
#include "common/http/headers.h"
#include "common/http/openapi.h"
#include "common/service/edge_inside.h"
#include "common/service/listing_inside.h"
#include "common/service/standard_routes.h"

static const char *const outcomes[] = {"applied", "replayed", "refused", "failed", NULL};
static const struct metric_kind metric_kinds[EDGE_METRICS] = {
    [EDGE_METRIC_QUEUED] = {METRIC_GAUGE, "duebook_edge_requests_waiting",
                            "Requests waiting for an edge thread."},
    [EDGE_METRIC_REFUSED] = {METRIC_COUNTER, "duebook_edge_requests_refused_total",
                             "Requests answered 429 because the queue was full."},
    [EDGE_METRIC_UNAUTHENTICATED] = {METRIC_COUNTER, "duebook_edge_unauthenticated_total",
                                     "Requests answered 401."},
    [EDGE_METRIC_FORBIDDEN] = {METRIC_COUNTER, "duebook_edge_forbidden_total",
                               "Requests answered 403."},
    [EDGE_METRIC_STALE] = {METRIC_COUNTER, "duebook_edge_stale_reads_total",
                           "Reads answered before the position of Duebook-After was applied."},
    [EDGE_METRIC_COMMANDS] = {METRIC_COUNTER, "duebook_edge_commands_total",
                              "Commands answered, by outcome.", .labels = {{"outcome", outcomes}}},
    [EDGE_METRIC_WAITED] = {METRIC_COUNTER, "duebook_edge_after_waits_total",
                            "Times that a read waited for Duebook-After."},
};

void edge_count(struct edge *edge, enum edge_metric metric, size_t label)
{
    if (edge->metrics)
        metric_add(edge->metrics, metric, label, 0, 1);
}

static void list_add(struct edge_list *list, struct edge_item *item)
{
    item->next = NULL;
    *list->last = item;
    list->last = &item->next;
}

static struct edge_item *list_take(struct edge_list *list)
{
    struct edge_item *item = list->first;
    if (!item)
        return NULL;
    list->first = item->next;
    if (!list->first)
        list->last = &list->first;
    return item;
}

/* ---- the loop thread ---- */

static void answer_busy(struct http_exchange *exchange, int status, const char *detail)
{
    http_exchange_answer_problem(
        exchange, &(struct http_problem){
                      .status = status, .code = "busy", .detail = detail, .retry_after_s = 1});
}

bool edge_on_head(struct http_exchange *exchange, void *context)
{
    struct edge *edge = context;
    const char *token;
    struct problem problem = {0};
    if (exchange->route->flags & ROUTE_PUBLIC)
        return true;
    if (http_bearer_token(exchange, &token, &problem) == OK)
        return true;
    /* Before the body is read: nobody without a token may make us keep one. */
    edge_count(edge, EDGE_METRIC_UNAUTHENTICATED, 0);
    http_exchange_answer_problem(
        exchange,
        &(struct http_problem){.status = 401,
                               .code = "unauthenticated",
                               .field = "Authorization",
                               .detail = "send Authorization: Bearer with a valid token"});
    return false;
}

void edge_on_request(struct http_exchange *exchange, void *context)
{
    struct edge *edge = context;
    if (edge_action(exchange->route)->kind == API_IMMEDIATE) {
        edge_request_immediate(edge, exchange);
        return;
    }
    struct edge_item *item = calloc(1, sizeof *item);
    if (!item)
        abort();
    item->exchange = exchange;
    pthread_mutex_lock(&edge->mutex);
    bool stopping = edge->stopping;
    bool taken = !stopping && edge->queued < edge->options.queue_max;
    if (taken) {
        edge->queued++;
        list_add(&edge->ready, item);
        pthread_cond_signal(&edge->wake);
    }
    pthread_mutex_unlock(&edge->mutex);
    if (taken)
        return;
    free(item);
    edge_count(edge, EDGE_METRIC_REFUSED, 0);
    if (stopping)
        answer_busy(exchange, 503, "this process is stopping; ask again, another one answers");
    else
        answer_busy(exchange, 429, "too many requests are waiting; ask again later");
}

/* ---- the edge threads ---- */

/* The first that is due; *wait_us: monotonic time of the next one, INT64_MAX if none. When
 * stopping, all are due. */
static struct edge_item *waiting_take(struct edge *edge, int64_t now_us, int64_t *wait_us)
{
    *wait_us = INT64_MAX;
    for (struct edge_item **at = &edge->waiting.first; *at; at = &(*at)->next) {
        struct edge_item *item = *at;
        if (item->due_us > now_us && !edge->stopping) {
            *wait_us = item->due_us < *wait_us ? item->due_us : *wait_us;
            continue;
        }
        *at = item->next;
        if (!*at)
            edge->waiting.last = at;
        return item;
    }
    return NULL;
}

/* NULL: the edge has stopped and nothing is left. */
static struct edge_item *item_take(struct edge *edge)
{
    struct edge_item *item = NULL;
    pthread_mutex_lock(&edge->mutex);
    for (;;) {
        int64_t wait_us;
        item = list_take(&edge->finishing);
        if (!item)
            item = waiting_take(edge, monotonic_us(), &wait_us);
        if (!item)
            item = list_take(&edge->ready);
        if (item || edge->stopping)
            break;
        if (wait_us == INT64_MAX) {
            pthread_cond_wait(&edge->wake, &edge->mutex);
        } else {
            struct timespec until = {wait_us / SECOND_US, (wait_us % SECOND_US) * 1000};
            pthread_cond_timedwait(&edge->wake, &edge->mutex, &until);
        }
    }
    pthread_mutex_unlock(&edge->mutex);
    return item;
}

static void item_end(struct edge *edge, struct edge_item *item, bool over)
{
    pthread_mutex_lock(&edge->mutex);
    if (!over) {
        list_add(&edge->waiting, item);
        pthread_cond_signal(&edge->wake);
    } else if (item->exchange) {
        edge->queued--;
    }
    pthread_mutex_unlock(&edge->mutex);
    if (over)
        free(item);
}

static void *edge_thread_main(void *context)
{
    struct edge_thread *thread = context;
    struct edge_item *item;
    while ((item = item_take(thread->edge))) {
        bool over = true;
        if (item->finished)
            pending_finish(thread, item->finished);
        else
            over = edge_request(thread, item);
        arena_reset(&thread->arena);
        item_end(thread->edge, item, over);
    }
    return NULL;
}

bool edge_finish_later(struct edge *edge, struct pending *pending)
{
    struct edge_item *item = calloc(1, sizeof *item);
    if (!item)
        abort();
    item->finished = pending;
    pthread_mutex_lock(&edge->mutex);
    bool taken = !edge->stopping;
    if (taken) {
        list_add(&edge->finishing, item);
        pthread_cond_signal(&edge->wake);
    }
    pthread_mutex_unlock(&edge->mutex);
    if (!taken)
        free(item);
    return taken;
}

/* ---- birth and end ---- */

static enum error route_check(const struct edge *edge, const struct route *route,
                              struct problem *problem)
{
    const struct api_action *action = route->action;
    const char *wrong = NULL;
    if (!action)
        wrong = "has no action";
    else if (!route->roles && !(route->flags & ROUTE_PUBLIC))
        wrong = "names no role, so nobody may";
    else if (action->kind == API_COMMAND &&
             (!route->request || !model_handler(edge->model, route->request->name)))
        wrong = "is a command that the model has no handler for";
    else if (action->kind == API_STATE && !model_kind(edge->model, action->stream_kind))
        wrong = "shows a kind of stream that the model does not have";
    else if (action->kind == API_LIST && !action->listing)
        wrong = "is a list without a listing";
    else if ((action->kind == API_FUNCTION || action->kind == API_IMMEDIATE) && !action->run)
        wrong = "has no function";
    return wrong ? problem_set(problem, ERR_CONFIG, route->path, NULL, "the route %s", wrong) : OK;
}

static enum error routes_make(struct edge *edge, struct problem *problem)
{
    const struct service *service = edge->options.service;
    bool has_tokens = model_kind(edge->model, KIND_TOKEN) != NULL;
    edge->n_routes =
        service->n_routes + standard_routes_count + (has_tokens ? (size_t)ACCESS_ROUTES : 0);
    edge->routes = calloc(edge->n_routes, sizeof *edge->routes);
    if (!edge->routes)
        abort();
    if (service->n_routes)
        memcpy(edge->routes, service->routes, service->n_routes * sizeof *edge->routes);
    memcpy(edge->routes + service->n_routes, standard_routes,
           standard_routes_count * sizeof *edge->routes);
    if (has_tokens)
        memcpy(edge->routes + service->n_routes + standard_routes_count, access_routes,
               sizeof access_routes);
    for (size_t i = 0; i < edge->n_routes; i++) {
        struct route *route = &edge->routes[i];
        enum error error = route_check(edge, route, problem);
        if (error)
            return error;
        /* Every list is written as CSV as well (listing_csv.c). */
        if (edge_action(route)->kind == API_LIST && !route->produces)
            route->produces = "application/json, text/csv";
    }
    edge->router = router_make(edge->routes, edge->n_routes);
    /* Roles are bits of the contract's numbers; the document calls them what tokens call them. */
    const char *role_names[32] = {0};
    for (unsigned i = 0; i < access__role__descriptor.n_values; i++)
        role_names[access__role__descriptor.values[i].value] =
            access__role__descriptor.values[i].name;
    struct openapi_info info = {.title = service->title ? service->title : edge->model->name,
                                .version = "1",
                                .role_names = role_names,
                                .description =
                                    "Errors are problem documents (RFC 9457) with a stable code."};
    edge->openapi = openapi_document(&info, edge->routes, edge->n_routes);
    return OK;
}

const struct listing_plan *listing_plan_of(const struct edge *edge, const struct listing *listing)
{
    for (size_t i = 0; i < edge->n_plans; i++)
        if (edge->plans[i].listing == listing)
            return &edge->plans[i];
    return NULL;
}

static enum error plans_make(struct edge *edge, struct problem *problem)
{
    edge->plans = calloc(edge->n_routes, sizeof *edge->plans);
    if (!edge->plans)
        abort();
    for (size_t i = 0; i < edge->n_routes; i++) {
        const struct api_action *action = edge->routes[i].action;
        if (action->kind != API_LIST || listing_plan_of(edge, action->listing))
            continue;
        enum error error =
            listing_plan_make(&edge->plans[edge->n_plans], action->listing, edge->n_plans, problem);
        edge->n_plans++;
        if (error)
            return error;
    }
    return OK;
}

static void threads_start(struct edge *edge)
{
    edge->threads = calloc((size_t)edge->options.threads, sizeof *edge->threads);
    if (!edge->threads)
        abort();
    for (int32_t i = 0; i < edge->options.threads; i++) {
        struct edge_thread *thread = &edge->threads[i];
        thread->edge = edge;
        arena_init(&thread->arena, EDGE_ARENA_BYTES);
        if (pthread_create(&thread->thread, NULL, edge_thread_main, thread))
            abort();
        edge->n_threads++;
    }
}

enum error edge_new(struct edge **edge_out, const struct edge_options *options,
                    struct problem *problem)
{
    *edge_out = NULL;
    struct edge *edge = calloc(1, sizeof *edge);
    if (!edge)
        abort();
    edge->options = *options;
    edge->options.threads = options->threads > 0 ? options->threads : 2;
    edge->options.queue_max = options->queue_max > 0 ? options->queue_max : EDGE_QUEUE_MAX;
    if (edge->options.threads > EDGE_THREADS_MAX)
        edge->options.threads = EDGE_THREADS_MAX;
    edge->model = options->service->model;
    edge->ready.last = &edge->ready.first;
    edge->waiting.last = &edge->waiting.first;
    edge->finishing.last = &edge->finishing.first;
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&edge->mutex, NULL);
    pthread_cond_init(&edge->wake, &attributes);
    pthread_condattr_destroy(&attributes);
    struct access_options access = {.bootstrap_token = options->bootstrap_token,
                                    .environment = options->test_clock ? "test" : "live"};
    enum error error = access_new(&edge->access, &access, problem);
    if (!error)
        error = routes_make(edge, problem);
    if (!error)
        error = plans_make(edge, problem);
    if (error) {
        edge_free(edge);
        return error;
    }
    personal_data_derive_key(options->personal_data, "request-hash", edge->request_hash_key);
    if (options->metrics)
        edge->metrics = metrics_register(options->metrics, metric_kinds, EDGE_METRICS);
    threads_start(edge);
    *edge_out = edge;
    return OK;
}

struct router edge_router(const struct edge *edge)
{
    return edge->router;
}

void edge_stop(struct edge *edge)
{
    pthread_mutex_lock(&edge->mutex);
    edge->stopping = true;
    pthread_cond_broadcast(&edge->wake);
    pthread_mutex_unlock(&edge->mutex);
    for (int32_t i = 0; i < edge->n_threads; i++) {
        pthread_join(edge->threads[i].thread, NULL);
        database_close(edge->threads[i].database);
        arena_fini(&edge->threads[i].arena);
    }
    edge->n_threads = 0;
}

void edge_free(struct edge *edge)
{
    if (!edge)
        return;
    if (edge->n_threads)
        edge_stop(edge);
    assert(!edge->ready.first && !edge->waiting.first && !edge->finishing.first);
    assert(atomic_load(&edge->pending_count) == 0);
    access_free(edge->access);
    for (size_t i = 0; i < edge->n_plans; i++)
        listing_plan_free(&edge->plans[i]);
    free(edge->plans);
    free(edge->openapi);
    free(edge->routes);
    free(edge->threads);
    pthread_cond_destroy(&edge->wake);
    pthread_mutex_destroy(&edge->mutex);
    free(edge);
}
