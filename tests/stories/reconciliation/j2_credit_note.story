# J2: a credit note of 100.00 + 20 % takes back a part
service reconciliation
given AccountRecognised account/acc-1
    account_id acc-1
    customer_id cus-1
    entity_id de
    account_number C00042
    currency EUR
    segment STANDARD
given ItemOpened item/inv-1
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
when CreditNoteIssued
    credit_note_id cn-1
    invoice_id inv-1
    account_id acc-1
    customer_id cus-1
    entity_id de
    number CN2026000001
    type_code 381
    issue_date 2026-03-20
    currency EUR
    totals.net EUR 100.00
    totals.tax EUR 20.00
    totals.gross EUR 120.00
then CreditApplied item/inv-1
    @posting_date 2026-03-20
    application_id #1
    credit_note_id cn-1
    item_id inv-1
    account_id acc-1
    entity_id de
    amount EUR 120.00
    open_after EUR 1080.00
    due_date 2026-04-14
then JournalPosted journal/#2
    @posting_date 2026-03-20
    journal_id #2
    entity_id de
    currency EUR
    posting_date 2026-03-20
    template J2
    lines[0].ledger_account 4050
    lines[0].debit_minor 10000
    lines[1].ledger_account 2200
    lines[1].debit_minor 2000
    lines[2].ledger_account 1100
    lines[2].credit_minor 12000
    document_id cn-1
    account_id acc-1
