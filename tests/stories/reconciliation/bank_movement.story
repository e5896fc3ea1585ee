# REC-6: a bank fee is kept in suspense with its sign
service reconciliation
when BankMovementRecorded
    movement_id mov-1
    entity_id de
    bank_account_id bank-1
    statement_id st-1
    amount EUR -5.00
    booking_date 2026-03-25
    natural_key mov-1
    transaction_code PMNT/MCOP/FEES
then MovementSuspended match/mov-1
    @posting_date 2026-03-25
    movement_id mov-1
    entity_id de
    amount EUR -5.00
    opened 2026-03-25
    transaction_code PMNT/MCOP/FEES
then JournalPosted journal/#1
    @posting_date 2026-03-25
    journal_id #1
    entity_id de
    currency EUR
    posting_date 2026-03-25
    template J7
    lines[0].ledger_account 2300
    lines[0].debit_minor 500
    lines[1].ledger_account 1000
    lines[1].credit_minor 500
    document_id mov-1
    bank_account_id bank-1
