# REP-11: an account without charges is skipped, with its reason
service invoicing
now 2026-02-01T12:00:00Z

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

when BillAccount
    account_id acc-1
    customer_id buyer
    entity_id seller
    bill_run_id run-1
    cycle_key MONTHLY-01/2026-01-01/2026-02-01
    period_start 2026-01-01
    period_end 2026-02-01
then AccountSkipped account/acc-1
    account_id acc-1
    cycle_key MONTHLY-01/2026-01-01/2026-02-01
    bill_run_id run-1
    reason NO_CHARGES
