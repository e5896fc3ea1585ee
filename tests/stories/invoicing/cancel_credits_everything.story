# INV-16: to cancel is to credit all that is left; the number stays used
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
    due_date 2026-02-14
    lines[0].description Service
    lines[0].quantity 1
    lines[0].unit_code C62
    lines[0].net EUR 1000.00
    tax_lines[0].rate_ppm 200000
    tax_lines[0].taxable_amount EUR 1000.00
    tax_lines[0].amount EUR 200.00
    totals.net EUR 1000.00
    totals.tax EUR 200.00
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
    groups[0].category TAX_CATEGORY_S
    groups[0].rate_ppm 200000
    groups[0].net EUR 100.00
then CreditNoteIssued credit_note/note-1
    credit_note_id note-1
    number CN20260000001
    type_code 381
    preceding_number INV20260000001
    tax_lines[0].authority VAT
    tax_lines[0].category TAX_CATEGORY_S
    tax_lines[0].rate_ppm 200000
    tax_lines[0].taxable_amount EUR 100.00
    tax_lines[0].amount EUR 20.00
    totals.net EUR 100.00
    totals.tax EUR 20.00
    totals.gross EUR 120.00
    ...
then InvoiceCredited invoice/inv-1
    invoice_id inv-1
    credit_note_id note-1
    groups[0].authority VAT
    groups[0].category TAX_CATEGORY_S
    groups[0].rate_ppm 200000
    groups[0].taxable_amount EUR 100.00
    groups[0].tax EUR 20.00
    total EUR 120.00

when IssueCreditNote
    credit_note_id note-2
    invoice_id inv-1
    account_id acc-1
    entity_id seller
    reason the price was wrong
    cancel true
then CreditNoteIssued credit_note/note-2
    credit_note_id note-2
    number CN20260000002
    type_code 381
    preceding_number INV20260000001
    tax_lines[0].authority VAT
    tax_lines[0].category TAX_CATEGORY_S
    tax_lines[0].rate_ppm 200000
    tax_lines[0].taxable_amount EUR 900.00
    tax_lines[0].amount EUR 180.00
    totals.net EUR 900.00
    totals.tax EUR 180.00
    totals.gross EUR 1080.00
    ...
then InvoiceCredited invoice/inv-1
    invoice_id inv-1
    credit_note_id note-2
    groups[0].authority VAT
    groups[0].category TAX_CATEGORY_S
    groups[0].rate_ppm 200000
    groups[0].taxable_amount EUR 900.00
    groups[0].tax EUR 180.00
    total EUR 1080.00
then InvoiceCancelled invoice/inv-1
    invoice_id inv-1
    credit_note_id note-2
    reason the price was wrong

when IssueCreditNote
    credit_note_id note-3
    invoice_id inv-1
    account_id acc-1
    entity_id seller
    reason the price was wrong
refused INVOICE_CANCELLED invoice_id
