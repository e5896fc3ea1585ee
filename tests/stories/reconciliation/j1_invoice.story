# J1: an invoice of 1000.00 + 20 % opens an item and is booked
service reconciliation
given AccountRecognised account/acc-1
    account_id acc-1
    customer_id cus-1
    entity_id de
    account_number C00042
    currency EUR
    segment STANDARD
when InvoiceIssued
    invoice_id inv-1
    account_id acc-1
    customer_id cus-1
    entity_id de
    number INV2026000001
    type_code 380
    issue_date 2026-03-15
    due_date 2026-04-14
    currency EUR
    creditor_reference RF94INV2026000001
    totals.net EUR 1000.00
    totals.tax EUR 200.00
    totals.gross EUR 1200.00
    totals.payable EUR 1200.00
then ItemOpened item/inv-1
    @posting_date 2026-03-15
    item_id inv-1
    account_id acc-1
    customer_id cus-1
    entity_id de
    kind ITEM_KIND_INVOICE
    document_number INV2026000001
    amount EUR 1200.00
    issue_date 2026-03-15
    due_date 2026-04-14
    creditor_reference RF94INV2026000001
    account_number C00042
    segment STANDARD
then JournalPosted journal/#1
    @posting_date 2026-03-15
    journal_id #1
    entity_id de
    currency EUR
    posting_date 2026-03-15
    template J1
    lines[0].ledger_account 1100
    lines[0].debit_minor 120000
    lines[1].ledger_account 4000
    lines[1].credit_minor 100000
    lines[2].ledger_account 2200
    lines[2].credit_minor 20000
    document_id inv-1
    account_id acc-1
