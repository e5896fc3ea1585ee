/* SPDX-License-Identifier: Apache-2.0
 * OpenAPI: the 3.1 document of a service, made from its route table and the protobuf-c descriptors,
 * so that it cannot disagree with either. Served at /openapi.json by the service. */
#pragma once
#include "common/http/router.h"

struct openapi_info {
    const char *title, *version, *description;
    const char *server_url;        /* NULL: "/" */
    const char *const *role_names; /* of bit 0, 1, …, ended by NULL; NULL: roles are not told */
};

/* JSON text, the same bytes for the same table; to be freed by the caller. Routes with ROUTE_HIDDEN
 * are left out. Schemas follow the JSON that common/wire reads and writes: proto3 JSON, and what it
 * names as having a form of its own (Money, Decimal, Date, Sealed, Timestamp). */
char *openapi_document(const struct openapi_info *info, const struct route *routes,
                       size_t route_count);
