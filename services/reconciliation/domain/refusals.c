/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reconciliation/domain/refusals.h"

#define X(name, status, rule_id, sentence)                                                         \
    const struct refusal reconciliation_refusal_##name = {                                         \
        .code = #name, .rule = rule_id, .text = sentence, .http_status = status};
RECONCILIATION_REFUSALS(X)
#undef X
