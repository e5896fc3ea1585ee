# REC-7: each currency of an account has a history of its own; a registered currency is the only one
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
then StatementIngested statement/#2
    @posting_date 2026-03-30
    statement.statement_id #2
    statement.import_id imp-1
    statement.entity_id de
    statement.bank_account_id #1
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
then BankAccountAdvanced bank_account/#1
    @posting_date 2026-03-30
    bank_account_id #1
    statement_id #2
    closing EUR 100.00
    closing_date 2026-03-30
    first_opening EUR 0.00
    entity_id de
    format camt.053.001.08

when IngestStatement
    statement.statement_id 2768bf62-f331-8e8c-81b3-2d94f9b70c37
    statement.import_id imp-1
    statement.bank_account_id 8dcc9911-08b7-83b2-a9a6-5946a66fba93
    statement.bank_statement_reference S2
    statement.natural_key DE89370400440532013000|S2
    statement.account_number DE89370400440532013000
    statement.sequence_number 0
    statement.currency USD
    statement.opening USD 7.00
    statement.closing USD 9.00
    statement.opening_known true
    statement.closing_known true
    statement.opening_date 2026-03-30
    statement.closing_date 2026-03-30
    statement.format camt.053.001.08
    statement.imported_by clerk-1
    statement.ordinal 1
    statement.rows 4
then StatementIngested statement/#3
    @posting_date 2026-03-30
    statement.statement_id #3
    statement.import_id imp-1
    statement.entity_id de
    statement.bank_account_id #1
    statement.bank_statement_reference S2
    statement.currency USD
    statement.opening USD 7.00
    statement.closing USD 9.00
    statement.opening_date 2026-03-30
    statement.closing_date 2026-03-30
    statement.account_number DE89370400440532013000
    statement.opening_known true
    statement.closing_known true
    statement.format camt.053.001.08
    statement.imported_by clerk-1
    statement.natural_key DE89370400440532013000|S2
    statement.ordinal 1
    statement.rows 4
then BankAccountAdvanced bank_account/#1
    @posting_date 2026-03-30
    bank_account_id #1
    statement_id #3
    closing USD 9.00
    closing_date 2026-03-30
    first_opening USD 7.00
    entity_id de
    format camt.053.001.08

when RegisterBankAccount
    entity_id de
    account_number NL91ABNA0417164300
    currency EUR
then BankAccountRegistered bank_account/#4
    bank_account_id #4
    entity_id de
    account_number NL91ABNA0417164300
    currency EUR

when IngestStatement
    statement.statement_id 9d0fde8b-7138-8b07-b57f-e4a98fe9b9b9
    statement.import_id imp-1
    statement.bank_account_id 74d77f08-0d7b-8dd2-aa73-bbe8ab493f3d
    statement.bank_statement_reference S1
    statement.natural_key NL91ABNA0417164300|S1
    statement.account_number NL91ABNA0417164300
    statement.sequence_number 0
    statement.currency USD
    statement.opening USD 7.00
    statement.closing USD 9.00
    statement.opening_known true
    statement.closing_known true
    statement.opening_date 2026-03-30
    statement.closing_date 2026-03-30
    statement.format camt.053.001.08
    statement.imported_by clerk-1
    statement.ordinal 1
    statement.rows 4
then StatementHeld statement/#5
    @posting_date 2026-03-30
    statement.statement_id #5
    statement.import_id imp-1
    statement.entity_id de
    statement.bank_account_id #4
    statement.bank_statement_reference S1
    statement.currency USD
    statement.opening USD 7.00
    statement.closing USD 9.00
    statement.opening_date 2026-03-30
    statement.closing_date 2026-03-30
    statement.account_number NL91ABNA0417164300
    statement.opening_known true
    statement.closing_known true
    statement.format camt.053.001.08
    statement.imported_by clerk-1
    statement.natural_key NL91ABNA0417164300|S1
    statement.ordinal 1
    statement.rows 4
    reasons[0].code CURRENCY_DIFFERS
    reasons[0].detail in USD, the account is registered in EUR
