/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reconciliation/domain/tie_out.h"

#include "services/reconciliation/domain/books.h"
#include "services/reconciliation/domain/kinds.h"

const char *const tie_out_record_required[] = {"tie_out_id", NULL};

void tie_out_record_declare(struct declaring *declaring,
                            const Reconciliation__RecordTieOut *command)
{
    declare_key(declaring, command->tie_out_id);
    declare_stream(declaring, KIND_TIE_OUT, command->tie_out_id);
}

/* Broken if any result says why, whatever the command claims. */
static bool is_broken(const Reconciliation__RecordTieOut *command)
{
    bool broken = command->broken;
    for (size_t i = 0; i < command->n_results; i++)
        broken = broken || command->results[i]->n_breaks > 0;
    return broken;
}

void tie_out_record_decide(struct deciding *deciding, const Reconciliation__RecordTieOut *command)
{
    if (deciding_state(deciding, KIND_TIE_OUT, command->tie_out_id)) {
        deciding_refuse(deciding, REFUSAL(TIE_OUT_EXISTS), "tie_out_id", NULL);
        return;
    }
    books_open(deciding, "", books_today(deciding));
    if (is_broken(command)) {
        Reconciliation__TieOutBroken *broken = arena_new(
            deciding->arena, Reconciliation__TieOutBroken, RECONCILIATION__TIE_OUT_BROKEN__INIT);
        broken->tie_out_id = command->tie_out_id;
        broken->n_results = command->n_results;
        broken->results = command->results;
        deciding_emit(deciding, KIND_TIE_OUT, command->tie_out_id, &broken->base);
        return;
    }
    Reconciliation__TieOutProved *proved = arena_new(deciding->arena, Reconciliation__TieOutProved,
                                                     RECONCILIATION__TIE_OUT_PROVED__INIT);
    proved->tie_out_id = command->tie_out_id;
    proved->n_results = command->n_results;
    proved->results = command->results;
    deciding_emit(deciding, KIND_TIE_OUT, command->tie_out_id, &proved->base);
}

void tie_out_evolve_proved(struct arena *arena, Reconciliation__TieOutState *state,
                           const Reconciliation__TieOutProved *event)
{
    (void)arena;
    state->tie_out_id = event->tie_out_id;
    state->n_results = event->n_results;
    state->results = event->results;
}

void tie_out_evolve_broken(struct arena *arena, Reconciliation__TieOutState *state,
                           const Reconciliation__TieOutBroken *event)
{
    (void)arena;
    state->tie_out_id = event->tie_out_id;
    state->n_results = event->n_results;
    state->results = event->results;
    state->broken = true;
}
