/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/billctl/http_client.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <curl/curl.h>
#include <sys/random.h>

#include "common/base/text.h"

enum { TIMEOUT_S = 30, CONNECT_TIMEOUT_S = 5, ATTEMPTS = 6, ANSWER_BYTES_MAX = 256 << 20 };

void http_answer_clear(struct http_answer_read *answer)
{
    free(answer->text);
    json_decref(answer->json);
    *answer = (struct http_answer_read){0};
}

static size_t take(char *bytes, size_t unit, size_t count, void *context)
{
    struct http_answer_read *answer = context;
    size_t size = unit * count;
    if (answer->size + size > ANSWER_BYTES_MAX)
        return 0;
    if (answer->size + size + 1 > answer->room) {
        answer->room = (answer->size + size + 1) * 2;
        answer->text = realloc(answer->text, answer->room);
        assert(answer->text);
    }
    memcpy(answer->text + answer->size, bytes, size);
    answer->size += size;
    answer->text[answer->size] = '\0';
    return size;
}

static size_t take_header(char *bytes, size_t unit, size_t count, void *context)
{
    static const char name[] = "duebook-position:";
    struct http_answer_read *answer = context;
    size_t size = unit * count;
    if (size > sizeof name && size < sizeof name + sizeof answer->position &&
        !strncasecmp(bytes, name, sizeof name - 1)) {
        struct bytes value =
            bytes_trimmed(bytes_of(bytes + sizeof name - 1, size - sizeof name + 1));
        snprintf(answer->position, sizeof answer->position, "%.*s", (int)value.size,
                 (const char *)value.data);
    }
    return size;
}

static void curl_clear(CURL **curl)
{
    curl_easy_cleanup(*curl);
}

static void list_clear(struct curl_slist **list)
{
    curl_slist_free_all(*list);
}

static void text_clear(char **text)
{
    free(*text);
}

/* The token is never printed: not in errors, not in traces. */
static enum error headers_make(struct tool *tool, const struct http_request *request,
                               struct curl_slist **headers, struct problem *problem)
{
    const char *token = request->token;
    enum error error = OK;
    if (!token)
        error = tool_setting(tool, "BILLING_TOKEN", &token, problem);
    if (error == OK && !token)
        error = tool_setting(tool, "BILLING_BOOTSTRAP_TOKEN", &token, problem);
    if (error != OK)
        return error;
    char line[1200];
    if (token && *token) {
        snprintf(line, sizeof line, "Authorization: Bearer %s", token);
        *headers = curl_slist_append(*headers, line);
        explicit_bzero(line, sizeof line);
    }
    if (request->key) {
        snprintf(line, sizeof line, "Idempotency-Key: %s", request->key);
        *headers = curl_slist_append(*headers, line);
    }
    if (request->json || request->body) {
        snprintf(line, sizeof line, "Content-Type: %s",
                 request->json || !request->content_type ? "application/json"
                                                         : request->content_type);
        *headers = curl_slist_append(*headers, line);
    }
    *headers = curl_slist_append(*headers, "Expect:");
    return OK;
}

static enum error ask_once(const struct http_request *request, const char *url,
                           struct curl_slist *headers, const char *body, size_t body_size,
                           struct http_answer_read *answer, curl_off_t *retry_after_s,
                           struct problem *problem)
{
    CURL *curl __attribute__((cleanup(curl_clear))) = curl_easy_init();
    assert(curl);
    http_answer_clear(answer);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_TIMEOUT_S);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT,
                     (long)(request->timeout_s ? request->timeout_s : TIMEOUT_S));
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, answer);
    if (body) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body_size);
    }
    CURLcode code = curl_easy_perform(curl);
    if (code != CURLE_OK)
        return problem_set(problem, code == CURLE_OPERATION_TIMEDOUT ? ERR_TIMEOUT : ERR_BUSY, "",
                           "", "%s at %.120s does not answer: %s", request->service->name, url,
                           curl_easy_strerror(code));
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer->status);
    curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, retry_after_s);
    if (answer->size)
        answer->json = json_loadb(answer->text, answer->size, JSON_DECODE_ANY, NULL);
    return OK;
}

enum error http_ask(struct tool *tool, const struct http_request *request,
                    struct http_answer_read *answer, struct problem *problem)
{
    const char *base;
    struct curl_slist *headers __attribute__((cleanup(list_clear))) = NULL;
    enum error error = known_service_url(tool, request->service, &base, problem);
    if (error == OK)
        error = headers_make(tool, request, &headers, problem);
    if (error != OK)
        return error;
    char *url __attribute__((cleanup(text_clear))) =
        malloc(strlen(base) + strlen(request->path) + 1);
    assert(url);
    size_t base_size = strlen(base);
    memcpy(url, base, base_size);
    memcpy(url + base_size, request->path, strlen(request->path) + 1);
    char *json __attribute__((cleanup(text_clear))) =
        request->json ? json_dumps(request->json, JSON_COMPACT) : NULL;
    const char *body = json ? json : request->body;
    size_t size = json ? strlen(json) : request->body_size;
    if (!body && strcmp(request->method, "GET") != 0)
        body = "";
    for (int attempt = 1;; attempt++) {
        curl_off_t wait_s = 0;
        error = ask_once(request, url, headers, body, size, answer, &wait_s, problem);
        bool again = error == OK && (answer->status == 429 || answer->status == 503);
        if (!again || attempt == ATTEMPTS)
            return error;
        sleep(wait_s > 0 && wait_s < 5 ? (unsigned)wait_s : 1);
    }
}

enum error http_ask_good(struct tool *tool, const struct http_request *request,
                         struct http_answer_read *answer, struct problem *problem)
{
    enum error error = http_ask(tool, request, answer, problem);
    if (error != OK || (answer->status >= 200 && answer->status < 300))
        return error;
    const char *code = json_text(answer->json, "code"), *detail = json_text(answer->json, "detail");
    if (!*detail)
        detail = json_text(answer->json, "title");
    error = answer->status == 429 || answer->status == 503 ? ERR_BUSY : ERR_UNSUPPORTED;
    return problem_set(problem, error, json_text(answer->json, "field"), "",
                       "%s answers %ld %s%s%s", request->service->name, answer->status, code,
                       *detail ? ": " : "", detail);
}

const char *http_key(char key[KEY_SIZE], const char *given)
{
    if (given) {
        snprintf(key, KEY_SIZE, "%s", given);
        return given;
    }
    uint8_t random[16];
    ssize_t got = getrandom(random, sizeof random, 0);
    assert(got == sizeof random);
    memcpy(key, "billctl-", 8);
    hex_encode(key + 8, KEY_SIZE - 8, bytes_of(random, sizeof random));
    return key;
}

const char *json_text(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

int64_t json_number(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    int64_t number = 0;
    if (json_is_integer(value))
        return json_integer_value(value);
    if (json_is_string(value) &&
        text_parse_int64(&number, json_string_value(value), INT64_MIN, INT64_MAX, NULL) != OK)
        return 0;
    return number;
}
