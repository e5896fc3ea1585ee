/* SPDX-License-Identifier: Apache-2.0 */
#include "services/payments/domain/import.h"

#include "common/base/time.h"
#include "services/payments/domain/check.h"
#include "services/payments/domain/kinds.h"
#include "services/payments/domain/refusals.h"

enum { HASH_BYTES = 32 };

void import_record_declare(struct declaring *declaring, const Payments__RecordImport *command)
{
    declare_key(declaring, command->import_id);
    declare_stream(declaring, KIND_IMPORT, command->import_id);
}

static bool verdict_known(Payments__ImportVerdict verdict)
{
    switch (verdict) {
    case IMPORT_VERDICT_READ:
    case IMPORT_VERDICT_REFUSED:
    case IMPORT_VERDICT_NOT_READ_YET:
        return true;
    case IMPORT_VERDICT_UNSPECIFIED:
        break;
    }
    return false;
}

static bool record_check(struct deciding *deciding, const Payments__RecordImport *command)
{
    if (command->sha256.len != HASH_BYTES) {
        deciding_refuse(deciding, &REFUSAL_FIELD_REQUIRED, "sha256", NULL);
        return false;
    }
    if (!verdict_known(command->verdict)) {
        deciding_refuse(deciding, &REFUSAL_ENUM_REQUIRED, "verdict", NULL);
        return false;
    }
    return check_text(deciding, "format", command->format, CHECK_REFERENCE_BYTES_MAX) &&
           check_text(deciding, "code", command->code, CHECK_REFERENCE_BYTES_MAX) &&
           check_text(deciding, "path", command->path, CHECK_DETAIL_BYTES_MAX) &&
           check_text(deciding, "detail", command->detail, CHECK_DETAIL_BYTES_MAX);
}

void import_record_decide(struct deciding *deciding, const Payments__RecordImport *command)
{
    if (!record_check(deciding, command))
        return;
    if (deciding_state(deciding, KIND_IMPORT, command->import_id)) {
        deciding_refuse(deciding, &REFUSAL_DUPLICATE_IMPORT, "sha256", "it is import %s",
                        command->import_id);
        return;
    }
    Payments__ImportRecorded *recorded =
        arena_new(deciding->arena, Payments__ImportRecorded, PAYMENTS__IMPORT_RECORDED__INIT);
    recorded->import_id = command->import_id;
    recorded->sha256 = command->sha256;
    recorded->size = command->size;
    recorded->format = command->format;
    recorded->verdict = command->verdict;
    recorded->code = command->code;
    recorded->path = command->path;
    recorded->line = command->line;
    recorded->detail = command->detail;
    recorded->statements = command->statements;
    recorded->entries = command->entries;
    recorded->imported_by = command->imported_by;
    recorded->request_id = command->request_id;
    deciding_books(deciding, "", (int32_t)(deciding->now_us / DAY_US), 0);
    deciding_emit(deciding, KIND_IMPORT, command->import_id, &recorded->base);
}

void import_evolve_recorded(struct arena *arena, Payments__ImportState *state,
                            const Payments__ImportRecorded *event)
{
    (void)arena;
    state->import = (Payments__ImportRecorded *)event;
}
