/* SPDX-License-Identifier: Apache-2.0 */
#include "services/payments/domain/refusals.h"

#define X(name, status, rule_id, sentence)                                                         \
    const struct refusal REFUSAL_##name = {                                                        \
        .code = #name, .rule = rule_id, .text = sentence, .http_status = status};
PAYMENTS_REFUSALS(X)
#undef X
