/* SPDX-License-Identifier: Apache-2.0 */
#include "services/invoicing/domain/legal_entity.h"

#include "common/identity/bank_account.h"
#include "services/invoicing/domain/check.h"
#include "services/invoicing/domain/document_number.h"
#include "services/invoicing/domain/kinds.h"

enum { ZONE_BYTES_MAX = 64, IBANS_MAX = 10 };

static const struct place entity_place = {NULL, "entity", -1};

static bool zone_check(struct fault *fault, const char *zone)
{
    size_t size = strlen(zone);
    bool fits = size >= 1 && size <= ZONE_BYTES_MAX && character_is_letter(zone[0]);
    for (size_t i = 0; fits && i < size; i++)
        fits = character_is_letter(zone[i]) || character_is_digit(zone[i]) || zone[i] == '/' ||
               zone[i] == '_' || zone[i] == '-' || zone[i] == '+';
    return fits || fault_set(fault, &REFUSAL_ZONE_MALFORMED, &entity_place, "zone", NULL);
}

static bool prefix_check(struct fault *fault, const char *prefix)
{
    if (strlen(prefix) > NUMBER_PREFIX_BYTES_MAX)
        return fault_set(fault, &REFUSAL_TEXT_TOO_LONG, &entity_place, "number_prefix",
                         "at most %d characters, so that numbers fit a creditor reference",
                         NUMBER_PREFIX_BYTES_MAX);
    for (; *prefix; prefix++)
        if (!character_is_digit(*prefix) && !(*prefix >= 'A' && *prefix <= 'Z'))
            return fault_set(fault, &REFUSAL_TEXT_MALFORMED, &entity_place, "number_prefix",
                             "capital letters and digits only");
    return true;
}

static bool ibans_check(struct fault *fault, const Invoicing__LegalEntity *entity)
{
    if (entity->n_ibans > IBANS_MAX)
        return fault_set(fault, &REFUSAL_TOO_MANY_ELEMENTS, &entity_place, "ibans", "at most %d",
                         IBANS_MAX);
    for (size_t i = 0; i < entity->n_ibans; i++) {
        struct bank_account account;
        const struct place here = place_at(&entity_place, "ibans", i);
        if (bank_account_parse(&account, entity->ibans[i], NULL) != OK)
            return fault_set(fault, &REFUSAL_IBAN_MALFORMED, &here, NULL, NULL);
    }
    return true;
}

static bool entity_check(struct fault *fault, const Invoicing__LegalEntity *entity)
{
    const struct place *place = &entity_place;
    struct currency currency;
    if (!entity)
        return fault_set(fault, &REFUSAL_FIELD_REQUIRED, NULL, "entity", NULL);
    if (entity->fiscal_year_start_month > 12)
        return fault_set(fault, &REFUSAL_ENUM_REQUIRED, place, "fiscal_year_start_month",
                         "a month from 1 to 12, or 0 for January");
    if ((unsigned)entity->tax_rounding > TAX_ROUNDING_LINE)
        return fault_set(fault, &REFUSAL_ENUM_REQUIRED, place, "tax_rounding", NULL);
    return check_id(fault, place, "entity_id", entity->entity_id) &&
           check_text_given(fault, place, "name", entity->name, NAME_BYTES_MAX, TEXT_NO_CONTROL) &&
           check_country(fault, place, "country", entity->country) &&
           check_vat_id(fault, place, "vat_id", entity->vat_id) &&
           check_text_given(fault, place, "address", entity->address, ADDRESS_BYTES_MAX,
                            TEXT_LINES) &&
           check_currency(fault, place, "currency", entity->currency, &currency) &&
           zone_check(fault, entity->zone) && prefix_check(fault, entity->number_prefix) &&
           ibans_check(fault, entity);
}

/* As it will be kept: defaults written out, IBANs without spaces. */
static Invoicing__LegalEntity *entity_normal(struct arena *arena,
                                             const Invoicing__LegalEntity *entity)
{
    Invoicing__LegalEntity *normal =
        arena_new(arena, Invoicing__LegalEntity, INVOICING__LEGAL_ENTITY__INIT);
    normal->entity_id = entity->entity_id;
    normal->name = entity->name;
    normal->country = entity->country;
    normal->vat_id = entity->vat_id;
    normal->address = entity->address;
    normal->currency = entity->currency;
    normal->zone = entity->zone;
    normal->fiscal_year_start_month =
        entity->fiscal_year_start_month ? entity->fiscal_year_start_month : 1;
    normal->number_prefix = entity->number_prefix;
    normal->tax_rounding =
        entity->tax_rounding == TAX_ROUNDING_LINE ? TAX_ROUNDING_LINE : TAX_ROUNDING_DOCUMENT;
    normal->n_ibans = entity->n_ibans;
    normal->ibans = arena_get(arena, entity->n_ibans * sizeof *normal->ibans);
    for (size_t i = 0; i < entity->n_ibans; i++) {
        struct bank_account account = {{0}};
        if (bank_account_parse(&account, entity->ibans[i], NULL) == OK)
            normal->ibans[i] = arena_copy_text(arena, account.iban);
    }
    return normal;
}

/* Books of an event about the entity itself: posted on the day on which it happens there. */
static void entity_books(struct deciding *deciding, const Invoicing__LegalEntity *entity)
{
    deciding_books(deciding, entity->entity_id,
                   deciding_local_days(deciding, entity->zone, deciding->now_us), 0);
}

void legal_entity_register_declare(struct declaring *declaring,
                                   const Invoicing__RegisterLegalEntity *command)
{
    declare_key(declaring, command->entity->entity_id);
    declare_stream(declaring, KIND_LEGAL_ENTITY, command->entity->entity_id);
}

void legal_entity_register_decide(struct deciding *deciding,
                                  const Invoicing__RegisterLegalEntity *command)
{
    struct fault fault = fault_none(deciding->arena);
    if (!entity_check(&fault, command->entity)) {
        fault_refuse(&fault, deciding);
        return;
    }
    const char *entity_id = command->entity->entity_id;
    if (deciding_state(deciding, KIND_LEGAL_ENTITY, entity_id)) {
        deciding_refuse(deciding, &REFUSAL_ENTITY_EXISTS, "entity.entity_id", NULL);
        return;
    }
    Invoicing__LegalEntityRegistered *registered =
        arena_new(deciding->arena, Invoicing__LegalEntityRegistered,
                  INVOICING__LEGAL_ENTITY_REGISTERED__INIT);
    registered->entity = entity_normal(deciding->arena, command->entity);
    entity_books(deciding, registered->entity);
    deciding_emit(deciding, KIND_LEGAL_ENTITY, entity_id, &registered->base);
}

void legal_entity_change_declare(struct declaring *declaring,
                                 const Invoicing__ChangeLegalEntity *command)
{
    declare_key(declaring, command->entity->entity_id);
    declare_stream(declaring, KIND_LEGAL_ENTITY, command->entity->entity_id);
}

/* The name of the first fixed field that differs; NULL: none. */
static const char *fixed_field_changed(const Invoicing__LegalEntity *was,
                                       const Invoicing__LegalEntity *asked)
{
    if (!text_equal(was->country, asked->country))
        return "entity.country";
    if (!text_equal(was->currency, asked->currency))
        return "entity.currency";
    if (!text_equal(was->zone, asked->zone))
        return "entity.zone";
    if (was->fiscal_year_start_month != asked->fiscal_year_start_month)
        return "entity.fiscal_year_start_month";
    return NULL;
}

void legal_entity_change_decide(struct deciding *deciding,
                                const Invoicing__ChangeLegalEntity *command)
{
    struct fault fault = fault_none(deciding->arena);
    if (!entity_check(&fault, command->entity)) {
        fault_refuse(&fault, deciding);
        return;
    }
    const char *entity_id = command->entity->entity_id;
    const Invoicing__LegalEntityState *state =
        deciding_state(deciding, KIND_LEGAL_ENTITY, entity_id);
    if (!state) {
        deciding_refuse(deciding, &REFUSAL_ENTITY_NOT_FOUND, "entity.entity_id", NULL);
        return;
    }
    Invoicing__LegalEntityChanged *changed = arena_new(
        deciding->arena, Invoicing__LegalEntityChanged, INVOICING__LEGAL_ENTITY_CHANGED__INIT);
    changed->entity = entity_normal(deciding->arena, command->entity);
    const char *fixed = fixed_field_changed(state->entity, changed->entity);
    if (fixed) {
        deciding_refuse(deciding, &REFUSAL_ENTITY_FIELD_FIXED, fixed, NULL);
        return;
    }
    entity_books(deciding, changed->entity);
    deciding_emit(deciding, KIND_LEGAL_ENTITY, entity_id, &changed->base);
}

void legal_entity_evolve_registered(struct arena *arena, Invoicing__LegalEntityState *state,
                                    const Invoicing__LegalEntityRegistered *event)
{
    (void)arena;
    state->entity = event->entity;
    state->entity_id = event->entity->entity_id;
}

void legal_entity_evolve_changed(struct arena *arena, Invoicing__LegalEntityState *state,
                                 const Invoicing__LegalEntityChanged *event)
{
    (void)arena;
    state->entity = event->entity;
}
