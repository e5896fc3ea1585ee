/* SPDX-License-Identifier: Apache-2.0 */
#include "services/collections/domain/refusals.h"

#define X(name, status, rule_id, sentence)                                                         \
    const struct refusal COLLECTIONS_##name = {                                                    \
        .code = #name, .rule = rule_id, .text = sentence, .http_status = status};
COLLECTIONS_REFUSALS(X)
#undef X
