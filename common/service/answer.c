/* SPDX-License-Identifier: Apache-2.0 */
#include "common/service/answer.h"

#include <stdio.h>

#include "common/base/text.h"
#include "common/service/edge_inside.h"
#include "common/wire/json.h"

/* ---- acts ---- */

static void acts_put(struct arena_buffer *out, const struct api_act *acts, uint32_t roles,
                     const ProtobufCMessage *state)
{
    bool first = true;
    arena_buffer_put_text(out, "\"acts\":[");
    for (const struct api_act *act = acts; act && act->name; act++) {
        if (act->roles && !(act->roles & roles))
            continue;
        if (act->possible && !act->possible(state))
            continue;
        if (!first)
            arena_buffer_put_character(out, ',');
        arena_buffer_put_quoted(out, act->name, strlen(act->name));
        first = false;
    }
    arena_buffer_put_character(out, ']');
}

enum error answer_write_state(struct arena_buffer *out, const ProtobufCMessage *state,
                              const struct api_act *acts, uint32_t roles,
                              const struct json_options *options)
{
    enum error error = json_write(out, state, options);
    if (error)
        return error;
    if (out->failed)
        return ERR_TOO_LARGE;
    bool empty = out->data[out->size - 2] == '{';
    out->size--;
    if (!empty)
        arena_buffer_put_character(out, ',');
    acts_put(out, acts, roles, state);
    arena_buffer_put_character(out, '}');
    return out->failed ? ERR_TOO_LARGE : OK;
}

/* ---- what is stored with the receipt ---- */

static void member_put(struct arena_buffer *out, const char *name, const char *value)
{
    if (!value || !*value)
        return;
    arena_buffer_put_text(out, ",");
    arena_buffer_put_quoted(out, name, strlen(name));
    arena_buffer_put_text(out, ":");
    arena_buffer_put_quoted(out, value, strlen(value));
}

/* As http_problem_document, but without what is of one request only: it is answered again to
 * others. */
static void refusal_put(struct arena_buffer *out, const struct work *work)
{
    const struct refusal *refusal = work->refusal;
    const struct problem *problem = &work->problem;
    arena_buffer_format(out, "{\"type\":\"urn:duebook:problem:%s\"", refusal->code);
    member_put(out, "title", refusal->text);
    arena_buffer_format(out, ",\"status\":%d", refusal->http_status ? refusal->http_status : 409);
    member_put(out, "detail", *problem->detail ? problem->detail : refusal->text);
    member_put(out, "code", refusal->code);
    member_put(out, "field", problem->field);
    member_put(out, "rule", refusal->rule);
    arena_buffer_put_text(out, "}");
}

void answer_make(void *context, struct unit *unit, struct work *work, struct stream_ref subject,
                 int64_t version, const ProtobufCMessage *state)
{
    (void)context;
    struct pending_view view;
    if (!pending_view(work, &view))
        return;
    struct arena_buffer out = {.arena = unit->arena};
    if (work->result == WORK_REFUSED && work->refusal) {
        refusal_put(&out, work);
        work->answer_status = work->refusal->http_status ? work->refusal->http_status : 409;
    } else {
        const struct api_act *acts = edge_acts(view.edge, subject.kind);
        struct json_options options = {.emit_defaults = true};
        work->answer_status = view.status;
        if (subject.id)
            snprintf(work->answer_subject, sizeof work->answer_subject, "%s", subject.id);
        if (!state)
            arena_buffer_put_text(&out, "{}");
        else if (answer_write_state(&out, state, acts ? acts : view.acts, view.roles, &options))
            out = (struct arena_buffer){.arena = unit->arena};
        if (state)
            snprintf(work->answer_etag, sizeof work->answer_etag, "%lld", (long long)version);
    }
    work->answer = (uint8_t *)out.data;
    work->answer_size = out.size;
}

/* ---- opening what is sealed ---- */

static const char mark[] = "{\"sealed\":\"";
enum { MARK_SIZE = sizeof mark - 1, REVEALED_MAX = 20000 };

struct sealed_place {
    size_t begin, end; /* of the whole object in the text */
};

static Common__Sealed *sealed_read(struct arena *arena, const char *text, size_t size)
{
    uint8_t *bytes = arena_get(arena, size);
    size_t bytes_size = 0;
    if (!bytes ||
        base64_decode(bytes, size, &bytes_size, bytes_of(text, size), BASE64_STANDARD, NULL))
        return NULL;
    return arena_unpack(arena, &common__sealed__descriptor, bytes, bytes_size);
}

static size_t places_count(const char *json, size_t size)
{
    size_t n = 0;
    for (const char *at = json; (at = memmem(at, size - (size_t)(at - json), mark, MARK_SIZE));
         at += MARK_SIZE)
        n++;
    return n < REVEALED_MAX ? n : REVEALED_MAX;
}

enum error answer_reveal(struct personal_data *personal_data, struct arena *arena, const char *json,
                         size_t size, struct arena_buffer *out, struct problem *problem)
{
    size_t n = places_count(json, size), found = 0;
    struct sealed_place *places = arena_get(arena, (n + 1) * sizeof *places);
    const Common__Sealed **sealed = arena_get(arena, (n + 1) * sizeof *sealed);
    const char **texts = arena_get(arena, (n + 1) * sizeof *texts);
    if (!places || !sealed || !texts)
        return problem_set(problem, ERR_TOO_LARGE, "", NULL, "the answer is too large");
    const char *end = json + size;
    for (const char *at = json; found < n; found++) {
        const char *begin = memmem(at, (size_t)(end - at), mark, MARK_SIZE);
        const char *close =
            begin ? memchr(begin + MARK_SIZE, '"', (size_t)(end - begin) - MARK_SIZE) : NULL;
        if (!close || close + 1 >= end || close[1] != '}')
            break;
        sealed[found] = sealed_read(arena, begin + MARK_SIZE, (size_t)(close - begin) - MARK_SIZE);
        places[found] = (struct sealed_place){(size_t)(begin - json), (size_t)(close + 2 - json)};
        at = close + 2;
    }
    size_t corrupt;
    enum error error =
        personal_data_open(personal_data, arena, sealed, found, texts, &corrupt, problem);
    if (error)
        return error;
    size_t from = 0;
    for (size_t i = 0; i < found; i++) {
        const char *text = texts[i] ? texts[i] : "[erased]";
        arena_buffer_put(out, json + from, places[i].begin - from);
        arena_buffer_put_quoted(out, text, strlen(text));
        from = places[i].end;
    }
    arena_buffer_put(out, json + from, size - from);
    return out->failed ? problem_set(problem, ERR_TOO_LARGE, "", NULL, "the answer is too large")
                       : OK;
}
