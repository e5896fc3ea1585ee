/* SPDX-License-Identifier: Apache-2.0 */
#include "common/http/openapi.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/http/headers.h"
#include "common/http/problem.h"
#include "common/http/schema.h"

static json_t *must(json_t *value)
{
    if (!value)
        abort();
    return value;
}

static json_t *parameter(const char *name, const char *place, bool required, const char *text,
                         json_t *schema)
{
    return must(json_pack("{s:s, s:s, s:b, s:s, s:o}", "name", name, "in", place, "required",
                          required, "description", text, "schema", schema));
}

static json_t *text_schema(const char *format, const char *pattern, int length_max)
{
    json_t *schema = must(json_pack("{s:s}", "type", "string"));
    if (format)
        json_object_set_new(schema, "format", json_string(format));
    if (pattern)
        json_object_set_new(schema, "pattern", json_string(pattern));
    if (length_max) {
        json_object_set_new(schema, "minLength", json_integer(1));
        json_object_set_new(schema, "maxLength", json_integer(length_max));
    }
    return schema;
}

static json_t *choice_schema(const char *choices)
{
    json_t *names = json_array();
    for (const char *at = choices; *at;) {
        size_t size = strcspn(at, "|");
        json_array_append_new(names, json_stringn(at, size));
        at += size + (at[size] == '|');
    }
    return must(json_pack("{s:s, s:o}", "type", "string", "enum", names));
}

static json_t *kind_schema(const struct route_parameter *one)
{
    switch (one->kind) {
    case PARAMETER_TEXT:
        return text_schema(NULL, NULL, 512);
    case PARAMETER_INTEGER:
        return must(json_pack("{s:s, s:s}", "type", "integer", "format", "int64"));
    case PARAMETER_BOOLEAN:
        return must(json_pack("{s:s}", "type", "boolean"));
    case PARAMETER_DATE:
        return text_schema("date", NULL, 0);
    case PARAMETER_INSTANT:
        return text_schema("date-time", NULL, 0);
    case PARAMETER_UUID:
        return text_schema("uuid", NULL, 0);
    case PARAMETER_CURRENCY:
        return text_schema(NULL, "^[A-Z]{3}$", 0);
    case PARAMETER_CHOICE:
        return choice_schema(one->choices);
    }
    abort();
}

static const struct route_parameter *declared(const struct route *route, const char *name,
                                              size_t size)
{
    for (const struct route_parameter *one = route->parameters; one && one->name; one++)
        if (strlen(one->name) == size && memcmp(one->name, name, size) == 0)
            return one;
    return NULL;
}

static bool is_in_path(const struct route *route, const char *name)
{
    char braced[ROUTE_PATH_MAX];
    snprintf(braced, sizeof braced, "{%s}", name);
    return strstr(route->path, braced) != NULL;
}

static void path_parameters_add(json_t *parameters, const struct route *route)
{
    for (const char *at = strchr(route->path, '{'); at; at = strchr(at + 1, '{')) {
        size_t size = strcspn(at + 1, "}");
        const struct route_parameter *one = declared(route, at + 1, size);
        char name[ROUTE_PATH_MAX];
        snprintf(name, sizeof name, "%.*s", (int)size, at + 1);
        json_array_append_new(parameters,
                              parameter(name, "path", true, one ? one->text : "",
                                        one ? kind_schema(one) : text_schema(NULL, NULL, 512)));
    }
}

static json_t *parameters_of(const struct route *route)
{
    json_t *parameters = json_array();
    path_parameters_add(parameters, route);
    for (const struct route_parameter *one = route->parameters; one && one->name; one++)
        if (!is_in_path(route, one->name))
            json_array_append_new(parameters, parameter(one->name, "query", one->required,
                                                        one->text, kind_schema(one)));
    static const struct {
        uint32_t flag;
        const char *name;
    } shared[] = {
        {ROUTE_LIST, "PageSize"},      {ROUTE_LIST, "PageToken"},
        {ROUTE_ETAG, "IfNoneMatch"},   {ROUTE_IDEMPOTENCY_KEY, "IdempotencyKey"},
        {ROUTE_IF_MATCH, "IfMatch"},   {ROUTE_NEEDS_IF_MATCH, "IfMatchRequired"},
        {ROUTE_AFTER, "DuebookAfter"},
    };
    bool writes = route->method != HTTP_GET;
    for (size_t i = 0; i < sizeof shared / sizeof *shared; i++)
        if ((route->flags & shared[i].flag) && !(writes && shared[i].flag == ROUTE_ETAG))
            json_array_append_new(
                parameters,
                must(json_pack("{s:s+}", "$ref", "#/components/parameters/", shared[i].name)));
    return parameters;
}

static json_t *shared_parameters(void)
{
    json_t *size =
        must(json_pack("{s:s, s:i, s:i, s:i}", "type", "integer", "minimum", 1, "maximum",
                       HTTP_PAGE_SIZE_MAX, "default", HTTP_PAGE_SIZE_DEFAULT));
    const char *key_text =
        "Chosen by the caller, 1 to 128 visible ASCII characters. The same key again gives the "
        "same answer and does nothing twice.";
    const char *after_text =
        "A Duebook-Position that the answer must already know of; waits up to 2 s, else answers "
        "with Duebook-Stale: true.";
    json_t *all = json_object();
    json_object_set_new(all, "PageSize",
                        parameter("page_size", "query", false, "Rows in one answer.", size));
    json_object_set_new(all, "PageToken",
                        parameter("page_token", "query", false,
                                  "The place that an earlier answer named.",
                                  text_schema(NULL, "^[A-Za-z0-9_-]+$", HTTP_PAGE_TOKEN_MAX)));
    json_object_set_new(all, "IfNoneMatch",
                        parameter("If-None-Match", "header", false,
                                  "ETags known already: 304 if still current.",
                                  text_schema(NULL, NULL, 0)));
    json_object_set_new(all, "IdempotencyKey",
                        parameter("Idempotency-Key", "header", true, key_text,
                                  text_schema(NULL, "^[\\x21-\\x7E]+$", HTTP_IDEMPOTENCY_KEY_MAX)));
    json_object_set_new(all, "IfMatch",
                        parameter("If-Match", "header", false,
                                  "The ETag that was read: 412 if it changed since.",
                                  text_schema(NULL, NULL, 0)));
    json_object_set_new(all, "IfMatchRequired",
                        parameter("If-Match", "header", true,
                                  "The ETag that was read: 412 if it changed since.",
                                  text_schema(NULL, NULL, 0)));
    json_object_set_new(
        all, "DuebookAfter",
        parameter("Duebook-After", "header", false, after_text, text_schema(NULL, NULL, 0)));
    return all;
}

/* What every list answers; its columns are the service's own. */
static json_t *list_schema(json_t *schemas)
{
    if (!json_object_get(schemas, "List"))
        json_object_set_new(
            schemas, "List",
            must(json_pack("{s:s, s:[s, s, s], s:{s:{s:s, s:{s:s}}, s:{s:s, s:i}, s:{s:s}, "
                           "s:{s:s, s:{s:s, s:[s, s], s:{s:{s:s}, s:{s:s}}}}}}",
                           "type", "object", "required", "rows", "total", "bookmarks", "properties",
                           "rows", "type", "array", "items", "type", "object", "total", "type",
                           "integer", "minimum", 0, "next_page_token", "type", "string",
                           "bookmarks", "type", "array", "items", "type", "object", "required",
                           "row", "page_token", "properties", "row", "type", "integer",
                           "page_token", "type", "string")));
    return must(json_pack("{s:s}", "$ref", "#/components/schemas/List"));
}

/* {"text/csv": {"schema": …}, …} of a comma-separated list; a message speaks for JSON, anything
 * else is bytes. */
static json_t *content_of(json_t *schemas, const char *media_list,
                          const ProtobufCMessageDescriptor *message, bool is_list)
{
    json_t *content = json_object();
    const char *list = media_list ? media_list : "application/json";
    if (strcmp(list, "any") == 0)
        list = "*/*";
    for (const char *at = list; *at;) {
        size_t size = strcspn(at, ", ");
        char media[80];
        snprintf(media, sizeof media, "%.*s", (int)size, at);
        bool is_json = strcmp(media, "application/json") == 0;
        json_t *schema = is_json && message   ? schema_of_message(schemas, message)
                         : is_json && is_list ? list_schema(schemas)
                         : is_json            ? json_object()
                                              : must(json_pack("{s:s}", "type", "string"));
        json_object_set_new(content, media, must(json_pack("{s:o}", "schema", schema)));
        at += size;
        at += strspn(at, ", ");
    }
    return content;
}

static json_t *header(const char *text)
{
    return must(json_pack("{s:s, s:{s:s}}", "description", text, "schema", "type", "string"));
}

static json_t *success_of(json_t *schemas, const struct route *route)
{
    bool writes = route->method != HTTP_GET;
    json_t *headers = json_object();
    json_object_set_new(headers, "Request-Id", header("Under which operators find this request."));
    if (route->flags & ROUTE_ETAG)
        json_object_set_new(headers, "ETag",
                            header("The version, for If-Match and If-None-Match."));
    if (route->flags & ROUTE_CREATES)
        json_object_set_new(headers, "Location", header("Where the new object is read."));
    if (writes)
        json_object_set_new(headers, "Duebook-Position",
                            header("For Duebook-After in a later read."));
    if (route->flags & ROUTE_AFTER)
        json_object_set_new(headers, "Duebook-Stale",
                            header("true: the wanted position was not reached in time."));
    json_t *success = must(json_pack("{s:s, s:o}", "description",
                                     route->summary ? route->summary : "", "headers", headers));
    bool is_list = (route->flags & ROUTE_LIST) != 0;
    if (route->response || route->produces || is_list)
        json_object_set_new(success, "content",
                            content_of(schemas, route->produces, route->response, is_list));
    return success;
}

static json_t *responses_of(json_t *schemas, const struct route *route)
{
    bool writes = route->method != HTTP_GET, guarded = !(route->flags & ROUTE_PUBLIC);
    bool conditional = (route->flags & (ROUTE_IF_MATCH | ROUTE_NEEDS_IF_MATCH)) != 0;
    const char *code = route->flags & ROUTE_CREATES                     ? "201"
                       : route->flags & ROUTE_ACCEPTED                  ? "202"
                       : !route->response && !route->produces && writes ? "204"
                                                                        : "200";
    const struct {
        bool applies;
        const char *status;
    } problems[] = {
        {true, "400"},     {guarded, "401"},
        {guarded, "403"},  {strchr(route->path, '{') != NULL, "404"},
        {writes, "409"},   {conditional, "412"},
        {writes, "413"},   {writes, "415"},
        {writes, "422"},   {(route->flags & ROUTE_NEEDS_IF_MATCH) != 0, "428"},
        {true, "429"},     {true, "503"},
        {true, "default"},
    };
    json_t *responses = json_object();
    json_object_set_new(responses, code, success_of(schemas, route));
    if ((route->flags & ROUTE_ETAG) && !writes)
        json_object_set_new(responses, "304",
                            must(json_pack("{s:s}", "description", "Not changed since.")));
    for (size_t i = 0; i < sizeof problems / sizeof *problems; i++)
        if (problems[i].applies)
            json_object_set_new(responses, problems[i].status,
                                must(json_pack("{s:s}", "$ref", "#/components/responses/Problem")));
    return responses;
}

/* "post" + "/v1/invoices/{invoice_id}/issue" is postV1InvoicesInvoiceIdIssue: unique because method
 * and path are. */
static json_t *operation_id(const struct route *route)
{
    char id[ROUTE_PATH_MAX + 8];
    size_t size = 0;
    for (const char *at = http_method_name(route->method); *at; at++)
        id[size++] = (char)(*at + 32);
    bool lift = false;
    for (const char *at = route->path; *at; at++) {
        bool letter =
            (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') || (*at >= '0' && *at <= '9');
        if (letter)
            id[size++] = (char)(lift && *at >= 'a' && *at <= 'z' ? *at - 32 : *at);
        lift = !letter;
    }
    return json_stringn(id, size);
}

static json_t *roles_of(const struct route *route, const char *const *names)
{
    json_t *roles = json_array();
    for (unsigned bit = 0; bit < 32 && names[bit]; bit++)
        if (route->roles & 1u << bit)
            json_array_append_new(roles, json_string(names[bit]));
    return roles;
}

static json_t *operation_of(json_t *schemas, const struct route *route,
                            const struct openapi_info *info)
{
    json_t *operation = must(json_pack("{s:o}", "operationId", operation_id(route)));
    if (route->summary)
        json_object_set_new(operation, "summary", json_string(route->summary));
    if (route->tag)
        json_object_set_new(operation, "tags", must(json_pack("[s]", route->tag)));
    json_t *parameters = parameters_of(route);
    if (json_array_size(parameters))
        json_object_set(operation, "parameters", parameters);
    json_decref(parameters);
    if (route->request || route->consumes || (route->flags & ROUTE_STREAMS_BODY))
        json_object_set_new(
            operation, "requestBody",
            must(json_pack("{s:b, s:o}", "required", 1, "content",
                           content_of(schemas, route->consumes, route->request, false))));
    json_object_set_new(operation, "responses", responses_of(schemas, route));
    json_object_set_new(operation, "security",
                        route->flags & ROUTE_PUBLIC ? json_array()
                                                    : must(json_pack("[{s:[]}]", "bearerAuth")));
    if (info->role_names && !(route->flags & ROUTE_PUBLIC))
        json_object_set_new(operation, "x-roles", roles_of(route, info->role_names));
    return operation;
}

static json_t *problem_schema(void)
{
    return must(json_pack(
        "{s:s, s:s, s:{s:{s:s, s:s}, s:{s:s}, s:{s:s}, s:{s:s}, s:{s:s}, s:{s:s, s:s}, s:{s:s, "
        "s:s}, "
        "s:{s:s, s:s}, s:{s:s}, s:{s:s}}, s:[s, s, s, s]}",
        "type", "object", "description", "RFC 9457.", "properties", "type", "type", "string",
        "format", "uri", "title", "type", "string", "status", "type", "integer", "detail", "type",
        "string", "instance", "type", "string", "code", "type", "string", "description",
        "Stable, for programs.", "field", "type", "string", "description",
        "The field, header or parameter at fault.", "rule", "type", "string", "description",
        "The rule or standard behind it.", "request_id", "type", "string", "trace_id", "type",
        "string", "required", "type", "title", "status", "code"));
}

char *openapi_document(const struct openapi_info *info, const struct route *routes,
                       size_t route_count)
{
    json_t *schemas = json_object(), *paths = json_object();
    json_object_set_new(schemas, "Problem", problem_schema());
    for (size_t i = 0; i < route_count; i++) {
        const struct route *route = &routes[i];
        if (route->flags & ROUTE_HIDDEN)
            continue;
        char method[16] = "";
        for (size_t k = 0; http_method_name(route->method)[k]; k++)
            method[k] = (char)(http_method_name(route->method)[k] + 32);
        json_t *path = json_object_get(paths, route->path);
        if (!path) {
            path = json_object();
            json_object_set_new(paths, route->path, path);
        }
        json_object_set_new(path, method, operation_of(schemas, route, info));
    }
    json_t *problem = must(json_pack("{s:s, s:{s:{s:{s:s}}}}", "description",
                                     "Refused or failed; `code` says which, `detail` what to do.",
                                     "content", "application/problem+json", "schema", "$ref",
                                     "#/components/schemas/Problem"));
    json_t *document = must(json_pack(
        "{s:s, s:{s:s, s:s, s:s}, s:[{s:s}], s:o, s:{s:o, s:o, s:{s:o}, s:{s:{s:s, s:s}}}}",
        "openapi", "3.1.0", "info", "title", info->title, "version", info->version, "description",
        info->description ? info->description : "", "servers", "url",
        info->server_url ? info->server_url : "/", "paths", paths, "components", "schemas", schemas,
        "parameters", shared_parameters(), "responses", "Problem", problem, "securitySchemes",
        "bearerAuth", "type", "http", "scheme", "bearer"));
    char *text = json_dumps(document, JSON_INDENT(1));
    json_decref(document);
    if (!text)
        abort();
    return text;
}
