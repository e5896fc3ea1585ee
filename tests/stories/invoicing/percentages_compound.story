# INV-6: 200.00 less 10 % less 5 % is 171.00, not 170.00; a percentage needs its base
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

when IssueInvoice
    invoice_id inv-1
    account_id acc-1
    entity_id seller
    customer_id buyer
    lines[0].description Service
    lines[0].quantity 1
    lines[0].unit_code C62
    lines[0].price 200
    lines[0].adjustments[0].percent_ppm 100000
    lines[0].adjustments[0].base_amount EUR 200.00
    lines[0].adjustments[0].reason volume
    lines[0].adjustments[1].percent_ppm 50000
    lines[0].adjustments[1].base_amount EUR 200.00
    lines[0].adjustments[1].reason loyalty
    lines[0].taxes[0].authority VAT
    lines[0].taxes[0].category TAX_CATEGORY_S
    lines[0].taxes[0].rate_ppm 200000
refused ADJUSTMENT_BASE_NOT_LEFT lines[0].adjustments[1].base_amount

when IssueInvoice
    invoice_id inv-1
    account_id acc-1
    entity_id seller
    customer_id buyer
    lines[0].description Service
    lines[0].quantity 1
    lines[0].unit_code C62
    lines[0].price 200
    lines[0].adjustments[0].percent_ppm 100000
    lines[0].adjustments[0].reason volume
    lines[0].taxes[0].authority VAT
    lines[0].taxes[0].category TAX_CATEGORY_S
    lines[0].taxes[0].rate_ppm 200000
refused ADJUSTMENT_INCOMPLETE lines[0].adjustments[0].base_amount

when IssueInvoice
    invoice_id inv-1
    account_id acc-1
    entity_id seller
    customer_id buyer
    lines[0].description Service
    lines[0].quantity 1
    lines[0].unit_code C62
    lines[0].price 200
    lines[0].adjustments[0].percent_ppm 100000
    lines[0].adjustments[0].base_amount EUR 200.00
    lines[0].adjustments[0].reason volume
    lines[0].adjustments[1].percent_ppm 50000
    lines[0].adjustments[1].base_amount EUR 180.00
    lines[0].adjustments[1].reason loyalty
    lines[0].taxes[0].authority VAT
    lines[0].taxes[0].category TAX_CATEGORY_S
    lines[0].taxes[0].rate_ppm 200000
then InvoiceIssued invoice/inv-1
    number INV20260000001
    issue_date 2026-01-15
    due_date 2026-02-14
    lines[0].description Service
    lines[0].quantity 1
    lines[0].unit_code C62
    lines[0].net EUR 171.00
    tax_lines[0].rate_ppm 200000
    tax_lines[0].taxable_amount EUR 171.00
    tax_lines[0].amount EUR 34.20
    totals.net EUR 171.00
    totals.tax EUR 34.20
    totals.gross EUR 205.20
    totals.payable EUR 205.20
    creditor_reference RF80INV20260000001
    ...
