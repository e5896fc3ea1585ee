# INV-17: a refused issue takes no number, and issue dates never go back
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
    lines[0].price 1000
    lines[0].taxes[0].authority VAT
    lines[0].taxes[0].category TAX_CATEGORY_S
    lines[0].taxes[0].rate_ppm 200000
then InvoiceIssued invoice/inv-1
    number INV20260000001
    issue_date 2026-01-15
    totals.tax EUR 200.00
    ...

when IssueInvoice
    invoice_id inv-2
    account_id acc-1
    entity_id seller
    customer_id buyer
    lines[0].description Service
    lines[0].quantity 1
    lines[0].unit_code C62
    lines[0].price 1000
    lines[0].taxes[0].authority VAT
    lines[0].taxes[0].category TAX_CATEGORY_S
    lines[0].taxes[0].rate_ppm 200000
    issue_date 2026-01-16
refused ISSUE_DATE_IN_FUTURE issue_date

when IssueInvoice
    invoice_id inv-3
    account_id acc-1
    entity_id seller
    customer_id buyer
    lines[0].description Service
    lines[0].quantity 1
    lines[0].unit_code C62
    lines[0].price 1000
    lines[0].taxes[0].authority VAT
    lines[0].taxes[0].category TAX_CATEGORY_S
    lines[0].taxes[0].rate_ppm 200000
    issue_date 2026-01-14
refused ISSUE_DATE_PASSED issue_date

when IssueInvoice
    invoice_id inv-4
    account_id acc-1
    entity_id seller
    customer_id buyer
    lines[0].description Service
    lines[0].quantity 1
    lines[0].unit_code C62
    lines[0].price 1000
    lines[0].taxes[0].authority VAT
    lines[0].taxes[0].category TAX_CATEGORY_S
    lines[0].taxes[0].rate_ppm 200000
then InvoiceIssued invoice/inv-4
    number INV20260000002
    issue_date 2026-01-15
    totals.tax EUR 200.00
    ...
