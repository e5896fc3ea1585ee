# BT-115 is open; what was paid in advance had been a deposit (2100)
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
    totals.payable EUR 700.00
    totals.prepaid EUR 500.00
then ItemOpened item/inv-1
    @posting_date 2026-03-15
    item_id inv-1
    account_id acc-1
    customer_id cus-1
    entity_id de
    kind ITEM_KIND_INVOICE
    document_number INV2026000001
    amount EUR 700.00
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
    lines[0].debit_minor 70000
    lines[1].ledger_account 2100
    lines[1].debit_minor 50000
    lines[2].ledger_account 4000
    lines[2].credit_minor 100000
    lines[3].ledger_account 2200
    lines[3].credit_minor 20000
    document_id inv-1
    account_id acc-1

when InvoiceIssued
    invoice_id inv-2
    account_id acc-1
    customer_id cus-1
    entity_id de
    number INV2026000002
    type_code 380
    issue_date 2026-03-15
    due_date 2026-04-14
    currency EUR
    creditor_reference RF67INV2026000002
    totals.net EUR 100.00
    totals.tax EUR 20.00
    totals.gross EUR 120.00
    totals.payable EUR 0.00
    totals.prepaid EUR 120.00
then ItemOpened item/inv-2
    @posting_date 2026-03-15
    item_id inv-2
    account_id acc-1
    customer_id cus-1
    entity_id de
    kind ITEM_KIND_INVOICE
    document_number INV2026000002
    amount EUR 0.00
    issue_date 2026-03-15
    due_date 2026-04-14
    creditor_reference RF67INV2026000002
    account_number C00042
    segment STANDARD
then ItemSettled item/inv-2
    @posting_date 2026-03-15
    item_id inv-2
    account_id acc-1
    entity_id de
then JournalPosted journal/#2
    @posting_date 2026-03-15
    journal_id #2
    entity_id de
    currency EUR
    posting_date 2026-03-15
    template J1
    lines[0].ledger_account 2100
    lines[0].debit_minor 12000
    lines[1].ledger_account 4000
    lines[1].credit_minor 10000
    lines[2].ledger_account 2200
    lines[2].credit_minor 2000
    document_id inv-2
    account_id acc-1
