# INV-1, INV-2, INV-3: lines, groups and totals, each rounded where the rule says
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
    lines[0].quantity 7
    lines[0].unit_code C62
    lines[0].price 12.345
    lines[0].adjustments[0].percent_ppm 50000
    lines[0].adjustments[0].base_amount EUR 86.42
    lines[0].adjustments[0].reason early order
    lines[0].taxes[0].authority VAT
    lines[0].taxes[0].category TAX_CATEGORY_S
    lines[0].taxes[0].rate_ppm 200000
    lines[1].description Service
    lines[1].quantity 1500
    lines[1].unit_code C62
    lines[1].price 19.99
    lines[1].base_quantity 1000
    lines[1].taxes[0].authority VAT
    lines[1].taxes[0].category TAX_CATEGORY_S
    lines[1].taxes[0].rate_ppm 200000
    lines[2].description Service
    lines[2].quantity 3
    lines[2].unit_code C62
    lines[2].price 33.333
    lines[2].adjustments[0].charge true
    lines[2].adjustments[0].amount EUR 1.50
    lines[2].adjustments[0].reason packing
    lines[2].taxes[0].authority VAT
    lines[2].taxes[0].category TAX_CATEGORY_S
    lines[2].taxes[0].rate_ppm 100000
    adjustments[0].amount EUR 10.00
    adjustments[0].reason loyalty
    adjustments[0].taxes[0].authority VAT
    adjustments[0].taxes[0].category TAX_CATEGORY_S
    adjustments[0].taxes[0].rate_ppm 200000
    adjustments[1].charge true
    adjustments[1].amount EUR 7.50
    adjustments[1].reason freight
    adjustments[1].taxes[0].authority VAT
    adjustments[1].taxes[0].category TAX_CATEGORY_S
    adjustments[1].taxes[0].rate_ppm 200000
    prepaid EUR 50.00
then InvoiceIssued invoice/inv-1
    invoice_id inv-1
    account_id acc-1
    customer_id buyer
    entity_id seller
    number INV20260000001
    type_code 380
    issue_date 2026-01-15
    due_date 2026-02-14
    currency EUR
    terms.kind TERMS_KIND_NET
    terms.days 30
    seller.name Duebook GmbH
    seller.vat_id DE136695976
    seller.country DE
    seller.address Unter den Linden 1, 10117 Berlin
    seller.iban DE89370400440532013000
    buyer.vat_id FR40303265045
    buyer.country FR
    lines[0].line_id 1
    lines[0].description Service
    lines[0].quantity 7
    lines[0].unit_code C62
    lines[0].price 12.345
    lines[0].adjustments[0].amount EUR 4.32
    lines[0].adjustments[0].percent_ppm 50000
    lines[0].adjustments[0].base_amount EUR 86.42
    lines[0].adjustments[0].reason early order
    lines[0].taxes[0].authority VAT
    lines[0].taxes[0].category TAX_CATEGORY_S
    lines[0].taxes[0].rate_ppm 200000
    lines[0].net EUR 82.10
    lines[1].line_id 2
    lines[1].description Service
    lines[1].quantity 1500
    lines[1].unit_code C62
    lines[1].price 19.99
    lines[1].base_quantity 1000
    lines[1].taxes[0].authority VAT
    lines[1].taxes[0].category TAX_CATEGORY_S
    lines[1].taxes[0].rate_ppm 200000
    lines[1].net EUR 29.99
    lines[2].line_id 3
    lines[2].description Service
    lines[2].quantity 3
    lines[2].unit_code C62
    lines[2].price 33.333
    lines[2].adjustments[0].charge true
    lines[2].adjustments[0].amount EUR 1.50
    lines[2].adjustments[0].reason packing
    lines[2].taxes[0].authority VAT
    lines[2].taxes[0].category TAX_CATEGORY_S
    lines[2].taxes[0].rate_ppm 100000
    lines[2].net EUR 101.50
    adjustments[0].amount EUR 10.00
    adjustments[0].reason loyalty
    adjustments[0].taxes[0].authority VAT
    adjustments[0].taxes[0].category TAX_CATEGORY_S
    adjustments[0].taxes[0].rate_ppm 200000
    adjustments[1].charge true
    adjustments[1].amount EUR 7.50
    adjustments[1].reason freight
    adjustments[1].taxes[0].authority VAT
    adjustments[1].taxes[0].category TAX_CATEGORY_S
    adjustments[1].taxes[0].rate_ppm 200000
    tax_lines[0].authority VAT
    tax_lines[0].category TAX_CATEGORY_S
    tax_lines[0].rate_ppm 200000
    tax_lines[0].taxable_amount EUR 109.59
    tax_lines[0].amount EUR 21.92
    tax_lines[1].authority VAT
    tax_lines[1].category TAX_CATEGORY_S
    tax_lines[1].rate_ppm 100000
    tax_lines[1].taxable_amount EUR 101.50
    tax_lines[1].amount EUR 10.15
    totals.line_net EUR 213.59
    totals.allowances EUR 10.00
    totals.charges EUR 7.50
    totals.net EUR 211.09
    totals.tax EUR 32.07
    totals.gross EUR 243.16
    totals.prepaid EUR 50.00
    totals.payable EUR 193.16
    tax_rounding TAX_ROUNDING_DOCUMENT
    creditor_reference RF80INV20260000001
    account_number A-1001
