# INV-24: the final invoice takes the advance back with a negative quantity, net and tax
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
    lines[1].description Advance of invoice 7
    lines[1].quantity -1
    lines[1].unit_code C62
    lines[1].price 300
    lines[1].taxes[0].authority VAT
    lines[1].taxes[0].category TAX_CATEGORY_S
    lines[1].taxes[0].rate_ppm 200000
then InvoiceIssued invoice/inv-1
    number INV20260000001
    issue_date 2026-01-15
    due_date 2026-02-14
    lines[0].description Service
    lines[0].quantity 1
    lines[0].unit_code C62
    lines[0].net EUR 1000.00
    lines[1].description Advance of invoice 7
    lines[1].quantity -1
    lines[1].unit_code C62
    lines[1].net EUR -300.00
    tax_lines[0].rate_ppm 200000
    tax_lines[0].taxable_amount EUR 700.00
    tax_lines[0].amount EUR 140.00
    totals.net EUR 700.00
    totals.tax EUR 140.00
    totals.gross EUR 840.00
    totals.payable EUR 840.00
    creditor_reference RF80INV20260000001
    ...
