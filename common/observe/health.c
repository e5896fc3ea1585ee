/* SPDX-License-Identifier: Apache-2.0 */
#include "common/observe/health.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/base/time.h"

const char *health_state_text(enum health_state state)
{
    static const char *const texts[] = {
#define X(name, text) text,
        HEALTH_STATES(X)
#undef X
    };
    return texts[state];
}

static int64_t monotonic_ms(void)
{
    return monotonic_us() / 1000;
}

void health_init(struct health *health)
{
    memset(health, 0, sizeof *health);
    pthread_mutex_init(&health->mutex, NULL);
}

void health_fini(struct health *health)
{
    pthread_mutex_destroy(&health->mutex);
}

static void state_set(struct health_component *component, enum health_state state,
                      const char *reason)
{
    if (component->state != state)
        component->since_us = wall_us();
    component->state = state;
    snprintf(component->reason, sizeof component->reason, "%s", reason);
}

size_t health_add(struct health *health, const char *name, uint32_t questions, int64_t beat_ms_max)
{
    pthread_mutex_lock(&health->mutex);
    assert(health->count < HEALTH_COMPONENTS_MAX);
    assert(name[0] && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-") == strlen(name));
    for (size_t i = 0; i < health->count; i++)
        assert(strcmp(health->components[i].name, name) != 0);
    size_t handle = health->count++;
    struct health_component *component = &health->components[handle];
    *component = (struct health_component){
        .questions = questions,
        .state = HEALTH_STARTING,
        .since_us = wall_us(),
        .beat_ms_max = beat_ms_max,
        .beat_at_ms = monotonic_ms(),
    };
    snprintf(component->name, sizeof component->name, "%s", name);
    pthread_mutex_unlock(&health->mutex);
    return handle;
}

void health_set(struct health *health, size_t component, enum health_state state,
                const char *reason, ...)
{
    char text[sizeof health->components[0].reason];
    va_list arguments;
    va_start(arguments, reason);
    vsnprintf(text, sizeof text, reason, arguments);
    va_end(arguments);
    pthread_mutex_lock(&health->mutex);
    assert(component < health->count);
    state_set(&health->components[component], state, text);
    health->components[component].beat_at_ms = monotonic_ms();
    pthread_mutex_unlock(&health->mutex);
}

void health_beat(struct health *health, size_t component)
{
    pthread_mutex_lock(&health->mutex);
    assert(component < health->count);
    struct health_component *one = &health->components[component];
    if (one->state != HEALTH_UP)
        state_set(one, HEALTH_UP, "");
    one->beat_at_ms = monotonic_ms();
    pthread_mutex_unlock(&health->mutex);
}

static void text_write(FILE *out, const char *text)
{
    fputc('"', out);
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            fprintf(out, "\\%c", c);
        else if (c < 0x20)
            fprintf(out, "\\u%04x", c);
        else
            fputc(c, out);
    }
    fputc('"', out);
}

static bool is_up(enum health_state state)
{
    return state == HEALTH_UP || state == HEALTH_DEGRADED;
}

static void component_write(FILE *out, const struct health_component *component)
{
    time_t seconds = (time_t)(component->since_us / 1000000);
    struct tm since;
    gmtime_r(&seconds, &since);
    fprintf(out, "\"%s\":{\"status\":\"%s\"", component->name, health_state_text(component->state));
    if (component->reason[0]) {
        fputs(",\"reason\":", out);
        text_write(out, component->reason);
    }
    fprintf(out, ",\"since\":\"%04d-%02d-%02dT%02d:%02d:%02dZ\"}", since.tm_year + 1900,
            since.tm_mon + 1, since.tm_mday, since.tm_hour, since.tm_min, since.tm_sec);
}

/* Of several states the worst is the whole's. STARTING counts as down but is said as it is. */
static enum health_state worse(enum health_state a, enum health_state b)
{
    static const int rank[] = {
        [HEALTH_UP] = 0, [HEALTH_DEGRADED] = 1, [HEALTH_STARTING] = 2, [HEALTH_DOWN] = 3};
    return rank[a] > rank[b] ? a : b;
}

bool health_answer(struct health *health, enum health_question question, char **document)
{
    size_t size;
    FILE *out = open_memstream(document, &size);
    if (!out)
        abort();
    enum health_state whole = HEALTH_UP;
    int64_t now_ms = monotonic_ms();
    pthread_mutex_lock(&health->mutex);
    for (size_t i = 0; i < health->count; i++) {
        struct health_component *one = &health->components[i];
        int64_t silent_ms = now_ms - one->beat_at_ms;
        if (one->beat_ms_max && silent_ms > one->beat_ms_max && is_up(one->state))
            state_set(one, HEALTH_DOWN, "does not turn any more");
        if (!question || (one->questions & (uint32_t)question))
            whole = worse(whole, one->state);
    }
    fprintf(out, "{\"status\":\"%s\",\"components\":{", health_state_text(whole));
    const char *comma = "";
    for (size_t i = 0; i < health->count; i++) {
        if (question && !(health->components[i].questions & (uint32_t)question))
            continue;
        fputs(comma, out);
        component_write(out, &health->components[i]);
        comma = ",";
    }
    pthread_mutex_unlock(&health->mutex);
    fputs("}}\n", out);
    if (fclose(out) != 0)
        abort();
    return is_up(whole);
}
