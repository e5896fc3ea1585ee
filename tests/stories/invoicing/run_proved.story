# REP-11: 1250 accounts = 1236 billed + 9 skipped + 5 exceptions: proved
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

given BillRunStarted bill_run/run-1
    bill_run_id run-1
    entity_id seller
    cycle_code MONTHLY-01
    cycle_key MONTHLY-01/2026-01-01/2026-02-01
    period_start 2026-01-01
    period_end 2026-02-01
    issue_date 2026-02-01

when CompleteBillRun
    bill_run_id run-1
    accounts 1250
    billed 1236
    skipped 9
    exceptions 5
    totals[0].currency EUR
    totals[0].invoices 1236
    totals[0].net EUR 10000.00
    totals[0].tax EUR 2000.00
    totals[0].gross EUR 12000.00
then BillRunProved bill_run/run-1
    bill_run_id run-1
    accounts 1250
    billed 1236
    skipped 9
    exceptions 5
    totals[0].currency EUR
    totals[0].invoices 1236
    totals[0].net EUR 10000.00
    totals[0].tax EUR 2000.00
    totals[0].gross EUR 12000.00
