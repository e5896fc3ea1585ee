# INV-16: credits of 700.00 and then 501.00 against 1200.00: the second is refused
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
    lines[0].price 1200
    lines[0].taxes[0].authority VAT
    lines[0].taxes[0].category TAX_CATEGORY_Z
    lines[0].taxes[0].rate_ppm 0
then InvoiceIssued invoice/inv-1
    number INV20260000001
    issue_date 2026-01-15
    due_date 2026-02-14
    lines[0].description Service
    lines[0].quantity 1
    lines[0].unit_code C62
    lines[0].net EUR 1200.00
    tax_lines[0].taxable_amount EUR 1200.00
    tax_lines[0].amount EUR 0.00
    totals.net EUR 1200.00
    totals.tax EUR 0.00
    totals.gross EUR 1200.00
    totals.payable EUR 1200.00
    creditor_reference RF80INV20260000001
    ...

when IssueCreditNote
    credit_note_id note-1
    invoice_id inv-1
    account_id acc-1
    entity_id seller
    reason the price was wrong
    groups[0].authority VAT
    groups[0].category TAX_CATEGORY_Z
    groups[0].net EUR 700.00
then CreditNoteIssued credit_note/note-1
    credit_note_id note-1
    number CN20260000001
    type_code 381
    preceding_number INV20260000001
    tax_lines[0].authority VAT
    tax_lines[0].category TAX_CATEGORY_Z
    tax_lines[0].taxable_amount EUR 700.00
    tax_lines[0].amount EUR 0.00
    totals.net EUR 700.00
    totals.tax EUR 0.00
    totals.gross EUR 700.00
    ...
then InvoiceCredited invoice/inv-1
    invoice_id inv-1
    credit_note_id note-1
    groups[0].authority VAT
    groups[0].category TAX_CATEGORY_Z
    groups[0].taxable_amount EUR 700.00
    groups[0].tax EUR 0.00
    total EUR 700.00

when IssueCreditNote
    credit_note_id note-2
    invoice_id inv-1
    account_id acc-1
    entity_id seller
    reason the price was wrong
    groups[0].authority VAT
    groups[0].category TAX_CATEGORY_Z
    groups[0].net EUR 501.00
refused CREDIT_EXCEEDS_INVOICE groups[0].net

when IssueCreditNote
    credit_note_id note-3
    invoice_id inv-1
    account_id acc-1
    entity_id seller
    reason the price was wrong
    groups[0].authority VAT
    groups[0].category TAX_CATEGORY_Z
    groups[0].net EUR 500.00
then CreditNoteIssued credit_note/note-3
    credit_note_id note-3
    number CN20260000002
    type_code 381
    preceding_number INV20260000001
    tax_lines[0].authority VAT
    tax_lines[0].category TAX_CATEGORY_Z
    tax_lines[0].taxable_amount EUR 500.00
    tax_lines[0].amount EUR 0.00
    totals.net EUR 500.00
    totals.tax EUR 0.00
    totals.gross EUR 500.00
    ...
then InvoiceCredited invoice/inv-1
    invoice_id inv-1
    credit_note_id note-3
    groups[0].authority VAT
    groups[0].category TAX_CATEGORY_Z
    groups[0].taxable_amount EUR 500.00
    groups[0].tax EUR 0.00
    total EUR 500.00
