/* SPDX-License-Identifier: Apache-2.0 */
#include "services/invoicing/domain/account.h"

#include "services/invoicing/domain/document_terms.h"
#include "services/invoicing/domain/kinds.h"
#include "services/invoicing/domain/recurring_charge.h"

#define SEGMENT_STANDARD "STANDARD"

static const struct place charge_place = {NULL, "charge", -1};

void account_number_key(char key[ACCOUNT_NUMBER_KEY_SIZE], const char *entity_id,
                        const char *account_number)
{
    struct text_buffer text = text_buffer_on(key, ACCOUNT_NUMBER_KEY_SIZE);
    text_buffer_add(&text, account_number);
    text_upper(key);
    text_buffer_add_character(&text, '/');
    text_buffer_add(&text, entity_id);
}

static bool number_check(struct fault *fault, const char *number)
{
    if (!*number)
        return fault_set(fault, &REFUSAL_FIELD_REQUIRED, NULL, "account_number", NULL);
    if (strlen(number) > ACCOUNT_NUMBER_BYTES_MAX)
        return fault_set(fault, &REFUSAL_TEXT_TOO_LONG, NULL, "account_number", "at most %d bytes",
                         ACCOUNT_NUMBER_BYTES_MAX);
    for (; *number; number++)
        if (!character_is_letter(*number) && !character_is_digit(*number) && *number != '-' &&
            *number != '/')
            return fault_set(fault, &REFUSAL_TEXT_MALFORMED, NULL, "account_number",
                             "letters, digits, '-' and '/' only");
    return true;
}

static bool open_check(struct fault *fault, const Invoicing__OpenAccount *command)
{
    struct currency currency;
    return check_id(fault, NULL, "account_id", command->account_id) &&
           check_id(fault, NULL, "customer_id", command->customer_id) &&
           check_id(fault, NULL, "entity_id", command->entity_id) &&
           number_check(fault, command->account_number) &&
           check_currency(fault, NULL, "currency", command->currency, &currency) &&
           (!*command->cycle_code || check_code(fault, NULL, "cycle_code", command->cycle_code)) &&
           (!*command->segment || check_code(fault, NULL, "segment", command->segment)) &&
           document_terms_check(fault, "terms", command->terms) &&
           check_text(fault, NULL, "buyer_reference", command->buyer_reference, REFERENCE_BYTES_MAX,
                      TEXT_NO_CONTROL) &&
           check_text(fault, NULL, "purchase_order_reference", command->purchase_order_reference,
                      REFERENCE_BYTES_MAX, TEXT_NO_CONTROL);
}

/* Master data is posted on the day in UTC: it enters no account period. */
static void account_books(struct deciding *deciding, const char *entity_id)
{
    deciding_books(deciding, entity_id, deciding_local_days(deciding, "UTC", deciding->now_us), 0);
}

void account_open_declare(struct declaring *declaring, const Invoicing__OpenAccount *command)
{
    declare_key(declaring, command->account_id);
    declare_stream(declaring, KIND_ACCOUNT, command->account_id);
    declare_stream(declaring, KIND_CUSTOMER, command->customer_id);
    declare_stream(declaring, KIND_LEGAL_ENTITY, command->entity_id);
    char key[ACCOUNT_NUMBER_KEY_SIZE];
    account_number_key(key, command->entity_id, command->account_number);
    declare_look_up(declaring, INDEX_ACCOUNT_NUMBER, arena_copy_text(declaring->arena, key));
}

void account_open_decide(struct deciding *deciding, const Invoicing__OpenAccount *command)
{
    struct fault fault = fault_none(deciding->arena);
    if (!open_check(&fault, command)) {
        fault_refuse(&fault, deciding);
        return;
    }
    const Invoicing__CustomerState *customer =
        deciding_state(deciding, KIND_CUSTOMER, command->customer_id);
    const struct stream_ref *refs;
    if (deciding_state(deciding, KIND_ACCOUNT, command->account_id)) {
        deciding_refuse(deciding, &REFUSAL_ACCOUNT_EXISTS, "account_id", NULL);
        return;
    }
    if (!deciding_state(deciding, KIND_LEGAL_ENTITY, command->entity_id)) {
        deciding_refuse(deciding, &REFUSAL_ENTITY_NOT_FOUND, "entity_id", NULL);
        return;
    }
    if (!customer) {
        deciding_refuse(deciding, &REFUSAL_CUSTOMER_NOT_FOUND, "customer_id", NULL);
        return;
    }
    char key[ACCOUNT_NUMBER_KEY_SIZE];
    account_number_key(key, command->entity_id, command->account_number);
    if (deciding_look_up(deciding, INDEX_ACCOUNT_NUMBER, key, &refs)) {
        deciding_refuse(deciding, &REFUSAL_ACCOUNT_NUMBER_TAKEN, "account_number", NULL);
        return;
    }
    Invoicing__AccountOpened *opened =
        arena_new(deciding->arena, Invoicing__AccountOpened, INVOICING__ACCOUNT_OPENED__INIT);
    opened->account_id = command->account_id;
    opened->customer_id = command->customer_id;
    opened->entity_id = command->entity_id;
    opened->account_number = command->account_number;
    opened->currency = command->currency;
    opened->cycle_code = command->cycle_code;
    opened->terms = command->terms;
    opened->segment = *command->segment ? command->segment : SEGMENT_STANDARD;
    opened->buyer_reference = command->buyer_reference;
    opened->purchase_order_reference = command->purchase_order_reference;
    opened->customer_kind = customer->kind;
    opened->country = customer->country;
    account_books(deciding, command->entity_id);
    deciding_emit(deciding, KIND_ACCOUNT, command->account_id, &opened->base);
}

/* The account, or a refusal. */
static const Invoicing__AccountState *account_of(struct deciding *deciding, const char *account_id)
{
    const Invoicing__AccountState *account = deciding_state(deciding, KIND_ACCOUNT, account_id);
    if (!account)
        deciding_refuse(deciding, &REFUSAL_ACCOUNT_NOT_FOUND, "account_id", NULL);
    return account;
}

void account_terms_declare(struct declaring *declaring,
                           const Invoicing__ChangeAccountTerms *command)
{
    declare_key(declaring, command->account_id);
    declare_stream(declaring, KIND_ACCOUNT, command->account_id);
}

void account_terms_decide(struct deciding *deciding, const Invoicing__ChangeAccountTerms *command)
{
    struct fault fault = fault_none(deciding->arena);
    const Invoicing__AccountState *account = account_of(deciding, command->account_id);
    if (!account)
        return;
    if (!document_terms_check(&fault, "terms", command->terms) ||
        (*command->cycle_code && !check_code(&fault, NULL, "cycle_code", command->cycle_code))) {
        fault_refuse(&fault, deciding);
        return;
    }
    Invoicing__AccountTermsChanged *changed = arena_new(
        deciding->arena, Invoicing__AccountTermsChanged, INVOICING__ACCOUNT_TERMS_CHANGED__INIT);
    changed->account_id = command->account_id;
    changed->terms = command->terms;
    changed->cycle_code = command->cycle_code;
    changed->customer_id = account->customer_id;
    account_books(deciding, account->entity_id);
    deciding_emit(deciding, KIND_ACCOUNT, command->account_id, &changed->base);
}

/* ---- charges ---- */

static size_t charge_find(const Invoicing__AccountState *account, const char *charge_id)
{
    size_t found = 0;
    while (found < account->n_charges && !text_equal(account->charges[found]->charge_id, charge_id))
        found++;
    return found;
}

void account_charge_declare(struct declaring *declaring,
                            const Invoicing__SetRecurringCharge *command)
{
    declare_key(declaring, command->account_id);
    declare_stream(declaring, KIND_ACCOUNT, command->account_id);
}

void account_charge_decide(struct deciding *deciding, const Invoicing__SetRecurringCharge *command)
{
    struct fault fault = fault_none(deciding->arena);
    struct currency currency;
    const Invoicing__AccountState *account = account_of(deciding, command->account_id);
    if (!account)
        return;
    if (!command->charge)
        fault_set(&fault, &REFUSAL_FIELD_REQUIRED, NULL, "charge", NULL);
    else if (check_currency(&fault, NULL, "currency", account->currency, &currency))
        recurring_charge_check(&fault, &charge_place, command->charge, currency);
    if (fault.refusal) {
        fault_refuse(&fault, deciding);
        return;
    }
    if (account->n_charges == ACCOUNT_CHARGES_MAX &&
        charge_find(account, command->charge->charge_id) == account->n_charges) {
        deciding_refuse(deciding, &REFUSAL_TOO_MANY_CHARGES, "charge", NULL);
        return;
    }
    Invoicing__RecurringChargeSet *set = arena_new(deciding->arena, Invoicing__RecurringChargeSet,
                                                   INVOICING__RECURRING_CHARGE_SET__INIT);
    set->account_id = command->account_id;
    set->charge = command->charge;
    account_books(deciding, account->entity_id);
    deciding_emit(deciding, KIND_ACCOUNT, command->account_id, &set->base);
}

void account_end_charge_declare(struct declaring *declaring,
                                const Invoicing__EndRecurringCharge *command)
{
    declare_key(declaring, command->account_id);
    declare_stream(declaring, KIND_ACCOUNT, command->account_id);
}

void account_end_charge_decide(struct deciding *deciding,
                               const Invoicing__EndRecurringCharge *command)
{
    struct fault fault = fault_none(deciding->arena);
    struct date end;
    const Invoicing__AccountState *account = account_of(deciding, command->account_id);
    if (!account)
        return;
    size_t found = charge_find(account, command->charge_id);
    if (found == account->n_charges) {
        deciding_refuse(deciding, &REFUSAL_CHARGE_NOT_FOUND, "charge_id", NULL);
        return;
    }
    if (check_date(&fault, NULL, "end", command->end, &end) &&
        end.days < account->charges[found]->start->days)
        fault_set(&fault, &REFUSAL_PERIOD_MALFORMED, NULL, "end", "the charge starts later");
    if (fault.refusal) {
        fault_refuse(&fault, deciding);
        return;
    }
    Invoicing__RecurringChargeEnded *ended = arena_new(
        deciding->arena, Invoicing__RecurringChargeEnded, INVOICING__RECURRING_CHARGE_ENDED__INIT);
    ended->account_id = command->account_id;
    ended->charge_id = command->charge_id;
    ended->end = command->end;
    account_books(deciding, account->entity_id);
    deciding_emit(deciding, KIND_ACCOUNT, command->account_id, &ended->base);
}

/* ---- evolve: arrays are made anew, since the old state may still be in use ---- */

void account_evolve_opened(struct arena *arena, Invoicing__AccountState *state,
                           const Invoicing__AccountOpened *event)
{
    (void)arena;
    state->account_id = event->account_id;
    state->customer_id = event->customer_id;
    state->entity_id = event->entity_id;
    state->account_number = event->account_number;
    state->currency = event->currency;
    state->cycle_code = event->cycle_code;
    state->terms = event->terms;
    state->segment = event->segment;
    state->buyer_reference = event->buyer_reference;
    state->purchase_order_reference = event->purchase_order_reference;
    state->customer_kind = event->customer_kind;
    state->country = event->country;
}

void account_evolve_terms(struct arena *arena, Invoicing__AccountState *state,
                          const Invoicing__AccountTermsChanged *event)
{
    (void)arena;
    state->terms = event->terms;
    state->cycle_code = event->cycle_code;
}

static void charge_put(struct arena *arena, Invoicing__AccountState *state, size_t at,
                       Invoicing__RecurringCharge *charge)
{
    size_t count = at == state->n_charges ? at + 1 : state->n_charges;
    Invoicing__RecurringCharge **charges = arena_get(arena, count * sizeof(void *));
    for (size_t i = 0; i < state->n_charges; i++)
        charges[i] = state->charges[i];
    charges[at] = charge;
    state->charges = charges;
    state->n_charges = count;
}

void account_evolve_charge(struct arena *arena, Invoicing__AccountState *state,
                           const Invoicing__RecurringChargeSet *event)
{
    charge_put(arena, state, charge_find(state, event->charge->charge_id), event->charge);
}

void account_evolve_end_charge(struct arena *arena, Invoicing__AccountState *state,
                               const Invoicing__RecurringChargeEnded *event)
{
    size_t found = charge_find(state, event->charge_id);
    if (found == state->n_charges)
        return;
    Invoicing__RecurringCharge *ended =
        arena_copy(arena, state->charges[found], sizeof *state->charges[found]);
    ended->end = event->end;
    charge_put(arena, state, found, ended);
}

/* The last ACCOUNT_CYCLES_MAX stay; `at` == n_cycles appends. */
static void cycle_put(struct arena *arena, Invoicing__AccountState *state, size_t at,
                      Invoicing__BilledCycle *cycle)
{
    bool appends = at == state->n_cycles;
    size_t drop = appends && state->n_cycles >= ACCOUNT_CYCLES_MAX
                      ? state->n_cycles - ACCOUNT_CYCLES_MAX + 1
                      : 0;
    size_t kept = state->n_cycles - drop, count = kept + appends;
    Invoicing__BilledCycle **cycles = arena_get(arena, count * sizeof(void *));
    for (size_t i = 0; i < kept; i++)
        cycles[i] = state->cycles[i + drop];
    cycles[at - drop] = cycle;
    state->cycles = cycles;
    state->n_cycles = count;
}

void account_evolve_billed(struct arena *arena, Invoicing__AccountState *state,
                           const Invoicing__AccountBilled *event)
{
    Invoicing__BilledCycle *cycle =
        arena_new(arena, Invoicing__BilledCycle, INVOICING__BILLED_CYCLE__INIT);
    cycle->cycle_key = event->cycle_key;
    cycle->invoice_id = event->invoice_id;
    cycle->bill_run_id = event->bill_run_id;
    size_t at = 0;
    while (at < state->n_cycles && !text_equal(state->cycles[at]->cycle_key, event->cycle_key))
        at++;
    cycle_put(arena, state, at, cycle);
    if (!state->billed_until || state->billed_until->days < event->period_end->days)
        state->billed_until = event->period_end;
}

/* A cycle that was billed stays so: a run that finds it billed leaves a note of its own beside it,
 * one per cycle. */
void account_evolve_skipped(struct arena *arena, Invoicing__AccountState *state,
                            const Invoicing__AccountSkipped *event)
{
    Invoicing__BilledCycle *cycle =
        arena_new(arena, Invoicing__BilledCycle, INVOICING__BILLED_CYCLE__INIT);
    cycle->cycle_key = event->cycle_key;
    cycle->skipped_reason = event->reason;
    cycle->bill_run_id = event->bill_run_id;
    size_t at = 0;
    while (at < state->n_cycles && (*state->cycles[at]->invoice_id ||
                                    !text_equal(state->cycles[at]->cycle_key, event->cycle_key)))
        at++;
    cycle_put(arena, state, at, cycle);
}
