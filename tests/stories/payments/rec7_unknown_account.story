# REC-7: a statement of an account that nobody registered waits until somebody does and another person accepts it
service payments
now 2026-03-31T12:00:00Z

when IngestStatement
    statement.statement_id 96b6c77e-43bb-879e-8acf-fb550977553c
    statement.import_id imp-1
    statement.bank_account_id 8dcc9911-08b7-83b2-a9a6-5946a66fba93
    statement.bank_statement_reference S1
    statement.natural_key DE89370400440532013000|S1
    statement.account_number DE89370400440532013000
    statement.sequence_number 0
    statement.currency EUR
    statement.opening EUR 0.00
    statement.closing EUR 100.00
    statement.opening_known true
    statement.closing_known true
    statement.opening_date 2026-03-30
    statement.closing_date 2026-03-30
    statement.format camt.053.001.08
    statement.imported_by clerk-1
    statement.ordinal 1
    statement.rows 4
then StatementHeld statement/#1
    @posting_date 2026-03-30
    statement.statement_id #1
    statement.import_id imp-1
    statement.bank_account_id #2
    statement.bank_statement_reference S1
    statement.currency EUR
    statement.opening EUR 0.00
    statement.closing EUR 100.00
    statement.opening_date 2026-03-30
    statement.closing_date 2026-03-30
    statement.account_number DE89370400440532013000
    statement.opening_known true
    statement.closing_known true
    statement.format camt.053.001.08
    statement.imported_by clerk-1
    statement.natural_key DE89370400440532013000|S1
    statement.ordinal 1
    statement.rows 4
    reasons[0].code UNKNOWN_BANK_ACCOUNT
    reasons[0].detail no legal entity registered the account number DE89370400440532013000

as auditor-1
when AcceptStatement
    statement_id 96b6c77e-43bb-879e-8acf-fb550977553c
    bank_account_id 8dcc9911-08b7-83b2-a9a6-5946a66fba93
    reason the bank confirmed it
refused BANK_ACCOUNT_UNKNOWN bank_account_id

when RegisterBankAccount
    entity_id de
    account_number DE89 3704 0044 0532 0130 00
then BankAccountRegistered bank_account/#2
    bank_account_id #2
    entity_id de
    account_number DE89370400440532013000

as auditor-1
when AcceptStatement
    statement_id 96b6c77e-43bb-879e-8acf-fb550977553c
    bank_account_id 8dcc9911-08b7-83b2-a9a6-5946a66fba93
    reason the bank confirmed it
then StatementAccepted statement/#1
    @posting_date 2026-03-30
    statement.statement_id #1
    statement.import_id imp-1
    statement.entity_id de
    statement.bank_account_id #2
    statement.bank_statement_reference S1
    statement.currency EUR
    statement.opening EUR 0.00
    statement.closing EUR 100.00
    statement.opening_date 2026-03-30
    statement.closing_date 2026-03-30
    statement.account_number DE89370400440532013000
    statement.opening_known true
    statement.closing_known true
    statement.format camt.053.001.08
    statement.imported_by clerk-1
    statement.natural_key DE89370400440532013000|S1
    statement.ordinal 1
    statement.rows 4
    reason the bank confirmed it
then BankAccountAdvanced bank_account/#2
    @posting_date 2026-03-30
    bank_account_id #2
    statement_id #1
    closing EUR 100.00
    closing_date 2026-03-30
    first_opening EUR 0.00
    entity_id de
    format camt.053.001.08
