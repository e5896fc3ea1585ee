# REC-7, SOD-2: 11526.74 is held by 0.01; whoever brought it cannot accept it, another person can, once
service payments
now 2026-03-31T12:00:00Z

when RegisterBankAccount
    entity_id de
    account_number DE89 3704 0044 0532 0130 00
then BankAccountRegistered bank_account/#1
    bank_account_id #1
    entity_id de
    account_number DE89370400440532013000

when IngestStatement
    statement.statement_id 96b6c77e-43bb-879e-8acf-fb550977553c
    statement.import_id imp-1
    statement.bank_account_id 8dcc9911-08b7-83b2-a9a6-5946a66fba93
    statement.bank_statement_reference S1
    statement.natural_key DE89370400440532013000|S1
    statement.account_number DE89370400440532013000
    statement.sequence_number 0
    statement.currency EUR
    statement.opening EUR 10000.00
    statement.closing EUR 11526.74
    statement.opening_known true
    statement.closing_known true
    statement.opening_date 2026-03-30
    statement.closing_date 2026-03-30
    statement.format camt.053.001.08
    statement.imported_by clerk-1
    statement.ordinal 1
    statement.rows 4
    reasons[0].code BALANCE_DIFFERENCE
    reasons[0].detail opening + credits - debits is not the closing balance
    reasons[0].difference EUR 0.01
then StatementHeld statement/#2
    @posting_date 2026-03-30
    statement.statement_id #2
    statement.import_id imp-1
    statement.entity_id de
    statement.bank_account_id #1
    statement.bank_statement_reference S1
    statement.currency EUR
    statement.opening EUR 10000.00
    statement.closing EUR 11526.74
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
    reasons[0].code BALANCE_DIFFERENCE
    reasons[0].detail opening + credits - debits is not the closing balance
    reasons[0].difference EUR 0.01

as clerk-1
when AcceptStatement
    statement_id 96b6c77e-43bb-879e-8acf-fb550977553c
    bank_account_id 8dcc9911-08b7-83b2-a9a6-5946a66fba93
    reason the bank confirmed it
refused ACCEPTED_BY_IMPORTER

as auditor-1
when AcceptStatement
    statement_id 96b6c77e-43bb-879e-8acf-fb550977553c
    bank_account_id 1e64f00e-e7c7-8e5e-8228-b1267ae0aa6c
    reason the bank confirmed it
refused STATEMENT_NOT_FOUND statement_id

as auditor-1
when AcceptStatement
    statement_id 96b6c77e-43bb-879e-8acf-fb550977553c
    bank_account_id 8dcc9911-08b7-83b2-a9a6-5946a66fba93
    reason the bank confirmed it
then StatementAccepted statement/#2
    @posting_date 2026-03-30
    statement.statement_id #2
    statement.import_id imp-1
    statement.entity_id de
    statement.bank_account_id #1
    statement.bank_statement_reference S1
    statement.currency EUR
    statement.opening EUR 10000.00
    statement.closing EUR 11526.74
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
then BankAccountAdvanced bank_account/#1
    @posting_date 2026-03-30
    bank_account_id #1
    statement_id #2
    closing EUR 11526.74
    closing_date 2026-03-30
    first_opening EUR 10000.00
    entity_id de
    format camt.053.001.08

as auditor-1
when AcceptStatement
    statement_id 96b6c77e-43bb-879e-8acf-fb550977553c
    bank_account_id 8dcc9911-08b7-83b2-a9a6-5946a66fba93
    reason the bank confirmed it
refused STATEMENT_NOT_HELD statement_id
