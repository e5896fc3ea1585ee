# INV-4: 5 lines of 10.03 at 19 % bear 9.55 when tax is rounded on each line
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
    entity.tax_rounding TAX_ROUNDING_LINE
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
    lines[0].price 10.03
    lines[0].taxes[0].authority VAT
    lines[0].taxes[0].category TAX_CATEGORY_S
    lines[0].taxes[0].rate_ppm 190000
    lines[1].description Service
    lines[1].quantity 1
    lines[1].unit_code C62
    lines[1].price 10.03
    lines[1].taxes[0].authority VAT
    lines[1].taxes[0].category TAX_CATEGORY_S
    lines[1].taxes[0].rate_ppm 190000
    lines[2].description Service
    lines[2].quantity 1
    lines[2].unit_code C62
    lines[2].price 10.03
    lines[2].taxes[0].authority VAT
    lines[2].taxes[0].category TAX_CATEGORY_S
    lines[2].taxes[0].rate_ppm 190000
    lines[3].description Service
    lines[3].quantity 1
    lines[3].unit_code C62
    lines[3].price 10.03
    lines[3].taxes[0].authority VAT
    lines[3].taxes[0].category TAX_CATEGORY_S
    lines[3].taxes[0].rate_ppm 190000
    lines[4].description Service
    lines[4].quantity 1
    lines[4].unit_code C62
    lines[4].price 10.03
    lines[4].taxes[0].authority VAT
    lines[4].taxes[0].category TAX_CATEGORY_S
    lines[4].taxes[0].rate_ppm 190000
then InvoiceIssued invoice/inv-1
    number INV20260000001
    tax_lines[0].rate_ppm 190000
    tax_lines[0].taxable_amount EUR 50.15
    tax_lines[0].amount EUR 9.55
    totals.net EUR 50.15
    totals.tax EUR 9.55
    totals.gross EUR 59.70
    totals.payable EUR 59.70
    ...
