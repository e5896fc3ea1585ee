/* SPDX-License-Identifier: Apache-2.0
 * Refusals: every way in which collections says no: stable code, rule, remedy, HTTP status (409:
 * its state forbids it, 422: its content, 404: it is not there). */
#pragma once
#include "common/base/decision.h"

/* clang-format off */
#define COLLECTIONS_REFUSALS(X) \
    X(CASE_NOT_FOUND, 404, "COL-2", "there is no case for this account: no debt of it was heard of") \
    X(ENTITY_NOT_FOUND, 404, "CUS-1", "there is no legal entity with this id, or it has not arrived here yet") \
    X(EVALUATION_DATE_REQUIRED, 422, "COL-2", "name the date as of which the account is evaluated") \
    X(EVALUATION_DATE_IN_FUTURE, 422, "COL-2", "an account is evaluated as of today or earlier, in the legal entity's zone") \
    X(EVALUATED_LATER, 409, "COL-3", "the account was evaluated as of a later date; use that date or a later one") \
    X(FEED_BEHIND, 409, "COL-2", "payments up to this date may still be on their way; ask again in a minute") \
    X(AMOUNT_OUT_OF_RANGE, 422, "GEN-1", "the amounts of the account do not fit together") \
    X(FIELD_REQUIRED, 422, "GEN-7", "the field must be given") \
    X(ID_MALFORMED, 422, "GEN-7", "an id is a UUID of 36 lower-case characters") \
    X(SEGMENT_MALFORMED, 422, "COL-3", "a segment is 1 to 32 capital letters, digits, '-', '_' or '.'") \
    X(POLICY_ID_DIFFERS, 422, "COL-3", "the policy's id follows from legal entity and segment; leave it out") \
    X(POLICY_VERSION_DIFFERS, 409, "COL-3", "the policy has changed since; leave the version out, or read it again") \
    X(POLICY_TOO_MANY_VERSIONS, 409, "COL-3", "a policy has at most 200 versions") \
    X(POLICY_STEPS_OUT_OF_ORDER, 422, "COL-3", "steps are numbered 1, 2, 3 … and each falls due later than the one before") \
    X(POLICY_TOO_MANY_STEPS, 422, "COL-3", "a policy has 1 to 20 steps") \
    X(POLICY_DAYS_OUT_OF_RANGE, 422, "COL-3", "grace and gap are 0 to 365 days, a step falls due after 1 to 3650") \
    X(POLICY_STEP_IN_GRACE, 422, "COL-2", "no step falls due within the days of grace") \
    X(POLICY_TEXT_MALFORMED, 422, "COL-3", "a channel is given, channel and template are visible text of at most 64 bytes") \
    X(POLICY_MINIMUM_NEGATIVE, 422, "COL-3", "the minimum amount is 0 or more") \
    X(POLICY_FINAL_NOT_LAST, 422, "COL-2", "only the last step can be the final notice") \
    X(POLICY_DATE_OUT_OF_RANGE, 422, "GEN-5", "the effective date is outside 1900-01-01 to 2999-12-31")
/* clang-format on */

#define X(name, status, rule, text) extern const struct refusal COLLECTIONS_##name;
COLLECTIONS_REFUSALS(X)
#undef X
