# BR-IC-02, BR-IC-11: an intra-Community supply has both VAT ids and its period
service invoicing
now 2026-01-31T12:00:00Z

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

when IssueInvoice
    invoice_id inv-1
    account_id acc-1
    entity_id seller
    customer_id buyer
    lines[0].description Service
    lines[0].quantity 1
    lines[0].unit_code C62
    lines[0].price 100
    lines[0].taxes[0].authority VAT
    lines[0].taxes[0].category TAX_CATEGORY_K
    lines[0].taxes[0].rate_ppm 0
    lines[0].taxes[0].exemption_reason Intra-Community supply
refused SUPPLY_PERIOD_MISSING lines

when IssueInvoice
    invoice_id inv-1
    account_id acc-1
    entity_id seller
    customer_id buyer
    lines[0].description Service
    lines[0].quantity 1
    lines[0].unit_code C62
    lines[0].price 100
    lines[0].period_start 2026-01-01
    lines[0].period_end 2026-02-01
    lines[0].taxes[0].authority VAT
    lines[0].taxes[0].category TAX_CATEGORY_K
    lines[0].taxes[0].rate_ppm 0
    lines[0].taxes[0].exemption_reason Intra-Community supply
then InvoiceIssued invoice/inv-1
    number INV20260000001
    issue_date 2026-01-31
    due_date 2026-03-02
    lines[0].description Service
    lines[0].quantity 1
    lines[0].unit_code C62
    lines[0].net EUR 100.00
    tax_lines[0].taxable_amount EUR 100.00
    tax_lines[0].amount EUR 0.00
    totals.net EUR 100.00
    totals.tax EUR 0.00
    totals.gross EUR 100.00
    totals.payable EUR 100.00
    creditor_reference RF80INV20260000001
    period_start 2026-01-01
    period_end 2026-02-01
    ...
