/* SPDX-License-Identifier: Apache-2.0 */
#include "services/invoicing/domain/customer.h"

#include "services/invoicing/domain/check.h"
#include "services/invoicing/domain/kinds.h"

enum { LANGUAGE_BYTES_MAX = 35 };

/* RFC 5646 by shape: subtags of 1 to 8 letters or digits, the first of 2 to 3 letters. */
static bool language_check(struct fault *fault, const char *language)
{
    size_t size = strlen(language), subtag = 0, first = strcspn(language, "-");
    bool fits = !size || (size <= LANGUAGE_BYTES_MAX && (first == 2 || first == 3));
    for (size_t i = 0; fits && i < size; i++) {
        if (language[i] == '-') {
            fits = subtag >= 1;
            subtag = 0;
            continue;
        }
        subtag++;
        fits = subtag <= 8 &&
               (character_is_letter(language[i]) || (i > first && character_is_digit(language[i])));
    }
    return (fits && (!size || subtag)) ||
           fault_set(fault, &REFUSAL_LANGUAGE_MALFORMED, NULL, "language", NULL);
}

static bool register_check(struct fault *fault, const Invoicing__RegisterCustomer *command)
{
    if (command->kind != CUSTOMER_KIND_ORGANISATION && command->kind != CUSTOMER_KIND_PERSON)
        return fault_set(fault, &REFUSAL_ENUM_REQUIRED, NULL, "kind", NULL);
    const char *id = command->customer_id;
    return check_id(fault, NULL, "customer_id", id) &&
           check_sealed(fault, "name", command->name, id) &&
           (!command->address || check_sealed(fault, "address", command->address, id)) &&
           (!command->email || check_sealed(fault, "email", command->email, id)) &&
           check_country(fault, NULL, "country", command->country) &&
           check_vat_id(fault, NULL, "vat_id", command->vat_id) &&
           language_check(fault, command->language);
}

/* A customer belongs to no legal entity; posted on the day in UTC. */
static void customer_books(struct deciding *deciding)
{
    deciding_books(deciding, "", deciding_local_days(deciding, "UTC", deciding->now_us), 0);
}

void customer_register_declare(struct declaring *declaring,
                               const Invoicing__RegisterCustomer *command)
{
    declare_key(declaring, command->customer_id);
    declare_stream(declaring, KIND_CUSTOMER, command->customer_id);
}

void customer_register_decide(struct deciding *deciding, const Invoicing__RegisterCustomer *command)
{
    struct fault fault = fault_none(deciding->arena);
    if (!register_check(&fault, command)) {
        fault_refuse(&fault, deciding);
        return;
    }
    if (deciding_state(deciding, KIND_CUSTOMER, command->customer_id)) {
        deciding_refuse(deciding, &REFUSAL_CUSTOMER_EXISTS, "customer_id", NULL);
        return;
    }
    Invoicing__CustomerRegistered *registered = arena_new(
        deciding->arena, Invoicing__CustomerRegistered, INVOICING__CUSTOMER_REGISTERED__INIT);
    registered->customer_id = command->customer_id;
    registered->kind = command->kind;
    registered->name = command->name;
    registered->address = command->address;
    registered->email = command->email;
    registered->country = command->country;
    registered->vat_id = command->vat_id;
    registered->language = command->language;
    customer_books(deciding);
    deciding_emit(deciding, KIND_CUSTOMER, command->customer_id, &registered->base);
}

/* Today if absent: a change that nobody dated holds from now on. */
static bool effective_date(struct fault *fault, const struct deciding *deciding,
                           const Common__Date *asked, Common__Date **effective)
{
    /* Somewhere on earth it is tomorrow already. */
    int32_t today_days = deciding_local_days(deciding, "UTC", deciding->now_us);
    struct date date = {today_days};
    if (asked && !check_date(fault, NULL, "effective_date", asked, &date))
        return false;
    if (date.days > today_days + 1)
        return fault_set(fault, &REFUSAL_EFFECTIVE_DATE_IN_FUTURE, NULL, "effective_date", NULL);
    *effective = date_to_message(fault->arena, date);
    return true;
}

void customer_rename_declare(struct declaring *declaring, const Invoicing__RenameCustomer *command)
{
    declare_key(declaring, command->customer_id);
    declare_stream(declaring, KIND_CUSTOMER, command->customer_id);
}

void customer_rename_decide(struct deciding *deciding, const Invoicing__RenameCustomer *command)
{
    struct fault fault = fault_none(deciding->arena);
    const Invoicing__CustomerState *state =
        deciding_state(deciding, KIND_CUSTOMER, command->customer_id);
    if (!state) {
        deciding_refuse(deciding, &REFUSAL_CUSTOMER_NOT_FOUND, "customer_id", NULL);
        return;
    }
    Invoicing__CustomerRenamed *renamed =
        arena_new(deciding->arena, Invoicing__CustomerRenamed, INVOICING__CUSTOMER_RENAMED__INIT);
    if (!check_sealed(&fault, "name", command->name, command->customer_id) ||
        !check_text_given(&fault, NULL, "evidence_reference", command->evidence_reference,
                          REFERENCE_BYTES_MAX, TEXT_NO_CONTROL) ||
        !effective_date(&fault, deciding, command->effective_date, &renamed->effective_date)) {
        fault_refuse(&fault, deciding);
        return;
    }
    renamed->customer_id = command->customer_id;
    renamed->name_version = state->name_version + 1;
    renamed->name = command->name;
    renamed->evidence_reference = command->evidence_reference;
    customer_books(deciding);
    deciding_emit(deciding, KIND_CUSTOMER, command->customer_id, &renamed->base);
}

void customer_address_declare(struct declaring *declaring,
                              const Invoicing__ChangeCustomerAddress *command)
{
    declare_key(declaring, command->customer_id);
    declare_stream(declaring, KIND_CUSTOMER, command->customer_id);
}

void customer_address_decide(struct deciding *deciding,
                             const Invoicing__ChangeCustomerAddress *command)
{
    struct fault fault = fault_none(deciding->arena);
    const Invoicing__CustomerState *state =
        deciding_state(deciding, KIND_CUSTOMER, command->customer_id);
    if (!state) {
        deciding_refuse(deciding, &REFUSAL_CUSTOMER_NOT_FOUND, "customer_id", NULL);
        return;
    }
    Invoicing__CustomerAddressChanged *changed =
        arena_new(deciding->arena, Invoicing__CustomerAddressChanged,
                  INVOICING__CUSTOMER_ADDRESS_CHANGED__INIT);
    if (!check_sealed(&fault, "address", command->address, command->customer_id) ||
        !check_country(&fault, NULL, "country", command->country) ||
        !effective_date(&fault, deciding, command->effective_date, &changed->effective_date)) {
        fault_refuse(&fault, deciding);
        return;
    }
    changed->customer_id = command->customer_id;
    changed->address_version = state->address_version + 1;
    changed->address = command->address;
    changed->country = command->country;
    customer_books(deciding);
    deciding_emit(deciding, KIND_CUSTOMER, command->customer_id, &changed->base);
}

void customer_evolve_registered(struct arena *arena, Invoicing__CustomerState *state,
                                const Invoicing__CustomerRegistered *event)
{
    (void)arena;
    state->customer_id = event->customer_id;
    state->kind = event->kind;
    state->name = event->name;
    state->name_version = 1;
    state->address = event->address;
    state->address_version = event->address ? 1 : 0;
    state->email = event->email;
    state->country = event->country;
    state->vat_id = event->vat_id;
    state->language = event->language;
}

void customer_evolve_renamed(struct arena *arena, Invoicing__CustomerState *state,
                             const Invoicing__CustomerRenamed *event)
{
    (void)arena;
    state->name = event->name;
    state->name_version = event->name_version;
}

void customer_evolve_address(struct arena *arena, Invoicing__CustomerState *state,
                             const Invoicing__CustomerAddressChanged *event)
{
    (void)arena;
    state->address = event->address;
    state->address_version = event->address_version;
    state->country = event->country;
}
