# INV-13: 100.00 until 11 January, 160.00 from then on: 32.26 and 108.39
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

given RecurringChargeSet account/acc-1
    account_id acc-1
    charge.charge_id charge-1
    charge.charge_code BASE
    charge.description Base fee
    charge.quantity 1
    charge.unit_code MON
    charge.price 100.00
    charge.taxes[0].authority VAT
    charge.taxes[0].category TAX_CATEGORY_S
    charge.taxes[0].rate_ppm 200000
    charge.start 2025-06-01
    charge.end 2026-01-11
given RecurringChargeSet account/acc-1
    account_id acc-1
    charge.charge_id charge-2
    charge.charge_code BASE
    charge.description Base fee
    charge.quantity 1
    charge.unit_code MON
    charge.price 160.00
    charge.taxes[0].authority VAT
    charge.taxes[0].category TAX_CATEGORY_S
    charge.taxes[0].rate_ppm 200000
    charge.start 2026-01-11

when BillAccount
    account_id acc-1
    customer_id buyer
    entity_id seller
    bill_run_id run-1
    cycle_key MONTHLY-01/2026-01-01/2026-02-01
    period_start 2026-01-01
    period_end 2026-02-01
then InvoiceIssued invoice/#1
    number INV20260000001
    issue_date 2026-02-01
    due_date 2026-03-03
    lines[0].description Base fee (10 of 31 days)
    lines[0].quantity 10
    lines[0].unit_code DAY
    lines[0].base_quantity 31
    lines[0].net EUR 32.26
    lines[1].description Base fee (21 of 31 days)
    lines[1].quantity 21
    lines[1].unit_code DAY
    lines[1].base_quantity 31
    lines[1].net EUR 108.39
    tax_lines[0].rate_ppm 200000
    tax_lines[0].taxable_amount EUR 140.65
    tax_lines[0].amount EUR 28.13
    totals.net EUR 140.65
    totals.tax EUR 28.13
    totals.gross EUR 168.78
    totals.payable EUR 168.78
    creditor_reference RF80INV20260000001
    period_start 2026-01-01
    period_end 2026-02-01
    bill_run_id run-1
    cycle_key MONTHLY-01/2026-01-01/2026-02-01
    ...
then AccountBilled account/acc-1
    account_id acc-1
    cycle_key MONTHLY-01/2026-01-01/2026-02-01
    invoice_id #1
    bill_run_id run-1
    period_end 2026-02-01
