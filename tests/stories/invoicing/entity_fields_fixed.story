# INV-17: zone, currency and fiscal year of a legal entity stand under its numbers
service invoicing
now 2026-01-15T12:00:00Z

given LegalEntityRegistered legal_entity/seller
    entity.entity_id seller
    entity.name Duebook GmbH
    entity.country DE
    entity.vat_id DE136695976
    entity.address Unter den Linden 1, 10117 Berlin
    entity.currency EUR
    entity.zone Europe/Berlin
    entity.fiscal_year_start_month 1
    entity.tax_rounding TAX_ROUNDING_DOCUMENT
    entity.ibans[0] DE89370400440532013000
given CustomerRegistered customer/buyer
    customer_id buyer
    kind CUSTOMER_KIND_ORGANISATION
    country FR
    vat_id FR40303265045
given AccountOpened account/acc-1
    account_id acc-1
    customer_id buyer
    entity_id seller
    account_number A-1001
    currency EUR
    cycle_code MONTHLY-01
    terms.kind TERMS_KIND_NET
    terms.days 30
    segment STANDARD

when ChangeLegalEntity
    entity.entity_id seller
    entity.name Duebook GmbH
    entity.country DE
    entity.vat_id DE136695976
    entity.address Unter den Linden 1, 10117 Berlin
    entity.currency USD
    entity.zone Europe/Berlin
    entity.fiscal_year_start_month 1
    entity.tax_rounding TAX_ROUNDING_DOCUMENT
    entity.ibans[0] DE89370400440532013000
refused ENTITY_FIELD_FIXED entity.currency

when ChangeLegalEntity
    entity.entity_id seller
    entity.name Duebook GmbH
    entity.country DE
    entity.vat_id DE136695976
    entity.address Unter den Linden 1, 10117 Berlin
    entity.currency EUR
    entity.zone Europe/Paris
    entity.fiscal_year_start_month 1
    entity.tax_rounding TAX_ROUNDING_DOCUMENT
    entity.ibans[0] DE89370400440532013000
refused ENTITY_FIELD_FIXED entity.zone

when ChangeLegalEntity
    entity.entity_id seller
    entity.name Duebook Europe GmbH
    entity.country DE
    entity.vat_id DE136695976
    entity.address Unter den Linden 1, 10117 Berlin
    entity.currency EUR
    entity.zone Europe/Berlin
    entity.fiscal_year_start_month 1
    entity.tax_rounding TAX_ROUNDING_DOCUMENT
    entity.ibans[0] DE89370400440532013000
then LegalEntityChanged legal_entity/seller
    entity.name Duebook Europe GmbH
    entity.currency EUR
    entity.zone Europe/Berlin
    ...

