/* SPDX-License-Identifier: Apache-2.0
 * Master data: legal entities, customers and accounts, and what their commands refuse (CUS-1,
 * CUS-2). */
#include "invoicing_world.h"
#include "services/invoicing/domain/country.h"
#include "services/invoicing/domain/vat_id.h"

static void legal_entity_is_registered_in_normal_form(void **state)
{
    (void)state;
    struct world *world = world_new("2026-01-15");
    world_register_entity(world, entity_of(world));
    ASSERT_DECIDED(world);
    const Invoicing__LegalEntityState *kept = world_has(world, KIND_LEGAL_ENTITY, ENTITY_ID);
    assert_string_equal(kept->entity->ibans[0], "DE89370400440532013000");
    assert_int_equal(kept->entity->fiscal_year_start_month, 1);
    assert_int_equal(kept->entity->tax_rounding, TAX_ROUNDING_DOCUMENT);
    world_register_entity(world, entity_of(world));
    ASSERT_REFUSED(world, ENTITY_EXISTS, "entity.entity_id");
    world_free(world);
}

static void refuse_entity(struct world *world, Invoicing__LegalEntity *entity,
                          const struct refusal *refusal, const char *field)
{
    world_register_entity(world, entity);
    if (world->deciding.verdict != VERDICT_REFUSED)
        fail_msg("expected %s at %s", refusal->code, field);
    assert_string_equal(world->deciding.refusal->code, refusal->code);
    assert_string_equal(world->deciding.field, field);
}

static void legal_entities_that_are_refused(void **state)
{
    (void)state;
    struct world *world = world_new("2026-01-15");
    Invoicing__LegalEntity *entity;
#define WITH(assignment, refusal, field)                                                           \
    entity = entity_of(world);                                                                     \
    entity->assignment;                                                                            \
    refuse_entity(world, entity, &REFUSAL_##refusal, field)
    WITH(name = "", FIELD_REQUIRED, "entity.name");
    WITH(country = "XX", COUNTRY_UNKNOWN, "entity.country");
    WITH(country = "de", COUNTRY_UNKNOWN, "entity.country");
    WITH(vat_id = "DE12345678", VAT_ID_MALFORMED, "entity.vat_id");
    WITH(currency = "EURO", CURRENCY_UNKNOWN, "entity.currency");
    WITH(currency = "XAU", CURRENCY_UNKNOWN, "entity.currency");
    WITH(zone = "", ZONE_MALFORMED, "entity.zone");
    WITH(zone = "../etc/passwd", ZONE_MALFORMED, "entity.zone");
    WITH(number_prefix = "de", TEXT_MALFORMED, "entity.number_prefix");
    WITH(number_prefix = "DE-1", TEXT_MALFORMED, "entity.number_prefix");
    WITH(number_prefix = "ABCDEFGH", TEXT_TOO_LONG, "entity.number_prefix");
    WITH(ibans[0] = "DE88370400440532013000", IBAN_MALFORMED, "entity.ibans[0]");
    WITH(fiscal_year_start_month = 13, ENUM_REQUIRED, "entity.fiscal_year_start_month");
    WITH(tax_rounding = (Invoicing__TaxRounding)7, ENUM_REQUIRED, "entity.tax_rounding");
    WITH(address = "", FIELD_REQUIRED, "entity.address");
    WITH(entity_id = "1111", ID_MALFORMED, "entity.entity_id");
#undef WITH
    world_free(world);
}

static void change_entity(struct world *world, Invoicing__LegalEntity *entity)
{
    Invoicing__ChangeLegalEntity command = INVOICING__CHANGE_LEGAL_ENTITY__INIT;
    command.entity = entity;
    WORLD_DO(world, legal_entity_change, &command);
}

static void what_is_fixed_of_a_legal_entity(void **state)
{
    (void)state;
    struct world *world = world_new("2026-01-15");
    change_entity(world, entity_of(world));
    ASSERT_REFUSED(world, ENTITY_NOT_FOUND, "entity.entity_id");
    world_register_entity(world, entity_of(world));
    Invoicing__LegalEntity *entity = entity_of(world);
    entity->currency = "USD";
    change_entity(world, entity);
    ASSERT_REFUSED(world, ENTITY_FIELD_FIXED, "entity.currency");
    entity = entity_of(world);
    entity->zone = "Europe/Paris";
    change_entity(world, entity);
    ASSERT_REFUSED(world, ENTITY_FIELD_FIXED, "entity.zone");
    entity = entity_of(world);
    entity->fiscal_year_start_month = 4;
    change_entity(world, entity);
    ASSERT_REFUSED(world, ENTITY_FIELD_FIXED, "entity.fiscal_year_start_month");
    entity = entity_of(world);
    entity->name = "Duebook Europe GmbH";
    entity->number_prefix = "DE2";
    change_entity(world, entity);
    ASSERT_DECIDED(world);
    const Invoicing__LegalEntityState *kept = world_has(world, KIND_LEGAL_ENTITY, ENTITY_ID);
    assert_string_equal(kept->entity->number_prefix, "DE2");
    world_free(world);
}

static void customers(void **state)
{
    (void)state;
    struct world *world = world_new("2026-01-15");
    Invoicing__RegisterCustomer command;
#define WITH(assignment, code, field)                                                              \
    command = customer_of(world);                                                                  \
    command.assignment;                                                                            \
    WORLD_DO(world, customer_register, &command);                                                  \
    ASSERT_REFUSED(world, code, field)
    WITH(kind = CUSTOMER_KIND_UNSPECIFIED, ENUM_REQUIRED, "kind");
    WITH(name = NULL, FIELD_REQUIRED, "name");
    WITH(name = sealed(world, ENTITY_ID, "name"), SEALED_FOR_ANOTHER, "name");
    WITH(name = sealed(world, CUSTOMER_ID, "address"), SEALED_FOR_ANOTHER, "name");
    WITH(email = sealed(world, ENTITY_ID, "email"), SEALED_FOR_ANOTHER, "email");
    WITH(country = "", COUNTRY_UNKNOWN, "country");
    WITH(vat_id = "FR 40303265045", VAT_ID_MALFORMED, "vat_id");
    WITH(language = "german-", LANGUAGE_MALFORMED, "language");
    WITH(language = "d", LANGUAGE_MALFORMED, "language");
#undef WITH
    command = customer_of(world);
    command.language = "zh-Hant-TW";
    WORLD_DO(world, customer_register, &command);
    ASSERT_DECIDED(world);
    WORLD_DO(world, customer_register, &command);
    ASSERT_REFUSED(world, CUSTOMER_EXISTS, "customer_id");

    Invoicing__RenameCustomer rename = INVOICING__RENAME_CUSTOMER__INIT;
    rename.customer_id = CUSTOMER_ID;
    rename.name = sealed(world, CUSTOMER_ID, "name");
    WORLD_DO(world, customer_rename, &rename);
    ASSERT_REFUSED(world, FIELD_REQUIRED, "evidence_reference");
    rename.evidence_reference = "register";
    rename.effective_date = day(world, "2026-01-17");
    WORLD_DO(world, customer_rename, &rename);
    ASSERT_REFUSED(world, EFFECTIVE_DATE_IN_FUTURE, "effective_date");

    Invoicing__ChangeCustomerAddress move = INVOICING__CHANGE_CUSTOMER_ADDRESS__INIT;
    move.customer_id = CUSTOMER_ID;
    move.address = sealed(world, CUSTOMER_ID, "address");
    move.country = "BE";
    WORLD_DO(world, customer_address, &move);
    ASSERT_DECIDED(world);
    const Invoicing__CustomerState *kept = world_has(world, KIND_CUSTOMER, CUSTOMER_ID);
    assert_int_equal(kept->address_version, 2);
    assert_string_equal(kept->country, "BE");
    world_free(world);
}

static void accounts(void **state)
{
    (void)state;
    struct world *world = world_with_account("2026-01-15");
    const Invoicing__AccountState *kept = world_has(world, KIND_ACCOUNT, ACCOUNT_ID);
    assert_string_equal(kept->segment, "STANDARD");
    assert_string_equal(kept->country, "FR");
    assert_int_equal(kept->customer_kind, CUSTOMER_KIND_ORGANISATION);

    Invoicing__OpenAccount command;
#define WITH(assignment, code, field)                                                              \
    command = account_of(world);                                                                   \
    command.account_id = INVOICE_ID;                                                               \
    command.account_number = "A-1002";                                                             \
    command.assignment;                                                                            \
    WORLD_DO(world, account_open, &command);                                                       \
    ASSERT_REFUSED(world, code, field)
    WITH(account_number = "a-1001", ACCOUNT_NUMBER_TAKEN, "account_number");
    WITH(account_number = "", FIELD_REQUIRED, "account_number");
    WITH(account_number = "A 1002", TEXT_MALFORMED, "account_number");
    WITH(account_number = "A-10000000000000000000000000000000", TEXT_TOO_LONG, "account_number");
    WITH(account_id = ACCOUNT_ID, ACCOUNT_EXISTS, "account_id");
    WITH(customer_id = ENTITY_ID, CUSTOMER_NOT_FOUND, "customer_id");
    WITH(entity_id = CUSTOMER_ID, ENTITY_NOT_FOUND, "entity_id");
    WITH(currency = "XXX", CURRENCY_UNKNOWN, "currency");
    WITH(terms = NULL, FIELD_REQUIRED, "terms");
    WITH(cycle_code = "monthly 1", TEXT_MALFORMED, "cycle_code");
#undef WITH
    command = account_of(world);
    command.account_id = INVOICE_ID;
    command.account_number = "A-1002";
    command.currency = "JPY";
    WORLD_DO(world, account_open, &command);
    ASSERT_DECIDED(world);

    Invoicing__ChangeAccountTerms change = INVOICING__CHANGE_ACCOUNT_TERMS__INIT;
    change.account_id = ACCOUNT_ID;
    change.terms = net_days(world, 14);
    WORLD_DO(world, account_terms, &change);
    ASSERT_DECIDED(world);
    kept = world_has(world, KIND_ACCOUNT, ACCOUNT_ID);
    assert_int_equal(kept->terms->days, 14);
    assert_string_equal(kept->cycle_code, "");
    change.terms->kind = TERMS_KIND_PROXIMO;
    change.terms->days = 32;
    WORLD_DO(world, account_terms, &change);
    ASSERT_REFUSED(world, TERMS_OUT_OF_RANGE, "terms.days");
    change.terms->days = 10;
    change.terms->cutoff_day = 32;
    WORLD_DO(world, account_terms, &change);
    ASSERT_REFUSED(world, TERMS_OUT_OF_RANGE, "terms.cutoff_day");
    change.account_id = CUSTOMER_ID;
    WORLD_DO(world, account_terms, &change);
    ASSERT_REFUSED(world, ACCOUNT_NOT_FOUND, "account_id");
    world_free(world);
}

static void charges_are_checked_when_they_are_set(void **state)
{
    (void)state;
    struct world *world = world_with_account("2026-01-15");
    Invoicing__SetRecurringCharge command = INVOICING__SET_RECURRING_CHARGE__INIT;
    command.account_id = ACCOUNT_ID;
    WORLD_DO(world, account_charge, &command);
    ASSERT_REFUSED(world, FIELD_REQUIRED, "charge");
    Invoicing__RecurringCharge charge = INVOICING__RECURRING_CHARGE__INIT;
    command.charge = &charge;
    WORLD_DO(world, account_charge, &command);
    ASSERT_REFUSED(world, FIELD_REQUIRED, "charge.charge_id");
    charge.charge_id = INVOICE_ID;
    charge.charge_code = "BASE";
    charge.start = day(world, "2026-01-01");
    charge.end = day(world, "2025-12-31");
    WORLD_DO(world, account_charge, &command);
    ASSERT_REFUSED(world, PERIOD_MALFORMED, "charge.end");
    charge.end = NULL;
    charge.description = "Base fee";
    charge.unit_code = "MON";
    WORLD_DO(world, account_charge, &command);
    ASSERT_REFUSED(world, TAX_MISSING, "charge.taxes");
    arena_append(&world->arena, charge.n_taxes, charge.taxes, vat(world, 0));
    WORLD_DO(world, account_charge, &command);
    ASSERT_REFUSED(world, TAX_RATE_REQUIRED, "charge.taxes[0].rate_ppm");
    charge.taxes[0]->rate_ppm = 190000;
    charge.quantity = number(world, 1, 0);
    charge.price = number(world, -100, 2);
    WORLD_DO(world, account_charge, &command);
    ASSERT_REFUSED(world, PRICE_NEGATIVE, "charge.price");
    charge.price = number(world, 100, 2);
    WORLD_DO(world, account_charge, &command);
    ASSERT_DECIDED(world);
    charge.price = number(world, 200, 2);
    WORLD_DO(world, account_charge, &command);
    ASSERT_DECIDED(world);
    const Invoicing__AccountState *kept = world_has(world, KIND_ACCOUNT, ACCOUNT_ID);
    assert_int_equal(kept->n_charges, 1);
    assert_int_equal(kept->charges[0]->price->unscaled, 200);
    world_free(world);
}

static void vat_ids_by_form(void **state)
{
    (void)state;
    static const char *const good[] = {
        "ATU15159209",       "BE0248015142",  "DE136695976",    "EL094259216", "ESX2482300W",
        "FR40303265045",     "FRK7399859412", "GB980780684",    "GBHA599",     "IE8D79739I",
        "IE1114174HH",       "IT00743110157", "NL004495445B01", "XI110305878", "CHE107787577IVA",
        "IN27AAAAA0000A1Z5", "NO995525828MVA"};
    static const char *const bad[] = {"",
                                      "DE",
                                      "DE12345678",
                                      "DE1234567890",
                                      "XX123456789",
                                      "GR094259216",
                                      "de136695976",
                                      "ATX15159209",
                                      "FR 4030326504",
                                      "DE13669597A",
                                      "IN27AAAAA0000A1Z5-"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (!vat_id_well_formed(good[i]))
            fail_msg("expected %s to be well-formed", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (vat_id_well_formed(bad[i]))
            fail_msg("expected %s to be refused", bad[i]);
    assert_true(country_known("AD"));
    assert_true(country_known("ZW"));
    assert_false(country_known("ZZ"));
    assert_false(country_known("D "));
    assert_false(country_known(" A"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(legal_entity_is_registered_in_normal_form),
        cmocka_unit_test(legal_entities_that_are_refused),
        cmocka_unit_test(what_is_fixed_of_a_legal_entity),
        cmocka_unit_test(customers),
        cmocka_unit_test(accounts),
        cmocka_unit_test(charges_are_checked_when_they_are_set),
        cmocka_unit_test(vat_ids_by_form),
    };
    return cmocka_run_group_tests_name("invoicing_master_data", tests, NULL, NULL);
}
