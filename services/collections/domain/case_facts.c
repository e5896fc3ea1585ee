/* SPDX-License-Identifier: Apache-2.0
 * What reconciliation's facts say to a case, each in the form of ItemHeard. */
#include "common/base/text.h"
#include "services/collections/domain/case_change.h"
#include "services/collections/domain/debt_case.h"
#include "services/collections/domain/kinds.h"

static Collections__ItemHeard *heard_new(struct arena *arena, const char *account_id,
                                         const char *item_id, const char *entity_id,
                                         Common__Money *open, Common__Date *due_date)
{
    Collections__ItemHeard *heard =
        arena_new(arena, Collections__ItemHeard, COLLECTIONS__ITEM_HEARD__INIT);
    heard->account_id = account_id;
    heard->item_id = item_id;
    heard->entity_id = entity_id;
    heard->open = open;
    heard->due_date = due_date;
    return heard;
}

/* The events of reconciliation repeat what their hearers need, under the same names. */
#define FACT(name, Type)                                                                           \
    void debt_case_##name##_declare(struct declaring *declaring, const Type *event)                \
    {                                                                                              \
        declare_key(declaring, event->account_id);                                                 \
        declare_stream(declaring, KIND_CASE, event->account_id);                                   \
    }                                                                                              \
    void debt_case_##name##_declare_more(struct declaring *declaring, const Type *event)           \
    {                                                                                              \
        case_declare_policies(declaring, event->account_id);                                       \
    }
DEBT_CASE_FACTS(FACT)
#undef FACT

void debt_case_item_opened_decide(struct deciding *deciding,
                                  const Reconciliation__ItemOpened *event)
{
    Collections__ItemHeard *heard = heard_new(deciding->arena, event->account_id, event->item_id,
                                              event->entity_id, event->amount, event->due_date);
    heard->customer_id = event->customer_id;
    heard->document_number = event->document_number;
    heard->segment = event->segment;
    heard->account_number = event->account_number;
    case_hear(deciding, heard);
}

void debt_case_payment_applied_decide(struct deciding *deciding,
                                      const Reconciliation__PaymentApplied *event)
{
    case_hear(deciding, heard_new(deciding->arena, event->account_id, event->item_id,
                                  event->entity_id, event->open_after, event->due_date));
}

void debt_case_credit_applied_decide(struct deciding *deciding,
                                     const Reconciliation__CreditApplied *event)
{
    case_hear(deciding, heard_new(deciding->arena, event->account_id, event->item_id,
                                  event->entity_id, event->open_after, event->due_date));
}

void debt_case_application_reversed_decide(struct deciding *deciding,
                                           const Reconciliation__ApplicationReversed *event)
{
    Collections__ItemHeard *heard = heard_new(deciding->arena, event->account_id, event->item_id,
                                              event->entity_id, event->open_after, event->due_date);
    heard->reversal = true;
    case_hear(deciding, heard);
}

void debt_case_item_settled_decide(struct deciding *deciding,
                                   const Reconciliation__ItemSettled *event)
{
    const Collections__CaseState *state = deciding_state(deciding, KIND_CASE, event->account_id);
    const Collections__CaseItem *item = case_item_find(state, event->item_id);
    /* The payment or credit that settled it has said so already; an unknown item owes nothing. */
    if (!item || debt_is_zero(item->open))
        return;
    Common__Money *nothing = arena_new(deciding->arena, Common__Money, COMMON__MONEY__INIT);
    nothing->currency = item->open->currency;
    case_hear(deciding, heard_new(deciding->arena, event->account_id, event->item_id,
                                  event->entity_id, nothing, item->due_date));
}
