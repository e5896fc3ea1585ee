# INV-9: NET, EOM+n, NET n EOM and PROX; a Saturday rolls to Monday
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
    terms.kind TERMS_KIND_NET
    terms.days 30
then InvoiceIssued invoice/inv-1
    number INV20260000001
    issue_date 2026-01-15
    due_date 2026-02-14
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
    terms.kind TERMS_KIND_NET
    terms.days 30
    terms.roll BUSINESS_DAY_ROLL_FOLLOWING
then InvoiceIssued invoice/inv-2
    number INV20260000002
    issue_date 2026-01-15
    due_date 2026-02-16
    totals.tax EUR 200.00
    ...

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
    terms.kind TERMS_KIND_END_OF_MONTH_PLUS
    terms.days 30
then InvoiceIssued invoice/inv-3
    number INV20260000003
    issue_date 2026-01-15
    due_date 2026-03-02
    totals.tax EUR 200.00
    ...

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
    terms.kind TERMS_KIND_NET_END_OF_MONTH
    terms.days 30
then InvoiceIssued invoice/inv-4
    number INV20260000004
    issue_date 2026-01-15
    due_date 2026-02-28
    totals.tax EUR 200.00
    ...

now 2026-03-15T12:00:00Z
when IssueInvoice
    invoice_id inv-5
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
    terms.kind TERMS_KIND_PROXIMO
    terms.days 10
then InvoiceIssued invoice/inv-5
    number INV20260000005
    issue_date 2026-03-15
    due_date 2026-04-10
    totals.tax EUR 200.00
    ...

now 2026-03-27T12:00:00Z
when IssueInvoice
    invoice_id inv-6
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
    terms.kind TERMS_KIND_PROXIMO
    terms.days 10
    terms.cutoff_day 25
then InvoiceIssued invoice/inv-6
    number INV20260000006
    issue_date 2026-03-27
    due_date 2026-05-10
    totals.tax EUR 200.00
    ...
