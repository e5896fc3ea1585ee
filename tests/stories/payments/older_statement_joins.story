# REC-7: an older statement, accepted later, that closes where history begins moves its beginning and not its end
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
    statement.statement_id 2768bf62-f331-8e8c-81b3-2d94f9b70c37
    statement.import_id imp-1
    statement.bank_account_id 8dcc9911-08b7-83b2-a9a6-5946a66fba93
    statement.bank_statement_reference S2
    statement.natural_key DE89370400440532013000|S2
    statement.account_number DE89370400440532013000
    statement.sequence_number 8
    statement.currency EUR
    statement.opening EUR 100.00
    statement.closing EUR 150.00
    statement.opening_known true
    statement.closing_known true
    statement.opening_date 2026-03-31
    statement.closing_date 2026-03-31
    statement.format camt.053.001.08
    statement.imported_by clerk-1
    statement.ordinal 1
    statement.rows 4
then StatementIngested statement/#2
    statement.statement_id #2
    statement.import_id imp-1
    statement.entity_id de
    statement.bank_account_id #1
    statement.bank_statement_reference S2
    statement.sequence_number 8
    statement.currency EUR
    statement.opening EUR 100.00
    statement.closing EUR 150.00
    statement.opening_date 2026-03-31
    statement.closing_date 2026-03-31
    statement.account_number DE89370400440532013000
    statement.opening_known true
    statement.closing_known true
    statement.format camt.053.001.08
    statement.imported_by clerk-1
    statement.natural_key DE89370400440532013000|S2
    statement.ordinal 1
    statement.rows 4
then BankAccountAdvanced bank_account/#1
    bank_account_id #1
    statement_id #2
    closing EUR 150.00
    closing_date 2026-03-31
    sequence_number 8
    first_opening EUR 100.00
    entity_id de
    format camt.053.001.08

when IngestStatement
    statement.statement_id 96b6c77e-43bb-879e-8acf-fb550977553c
    statement.import_id imp-1
    statement.bank_account_id 8dcc9911-08b7-83b2-a9a6-5946a66fba93
    statement.bank_statement_reference S1
    statement.natural_key DE89370400440532013000|S1
    statement.account_number DE89370400440532013000
    statement.sequence_number 7
    statement.currency EUR
    statement.opening EUR 40.00
    statement.closing EUR 100.00
    statement.opening_known true
    statement.closing_known true
    statement.opening_date 2026-03-30
    statement.closing_date 2026-03-30
    statement.format camt.053.001.08
    statement.imported_by clerk-1
    statement.ordinal 1
    statement.rows 4
then StatementHeld statement/#3
    @posting_date 2026-03-30
    statement.statement_id #3
    statement.import_id imp-1
    statement.entity_id de
    statement.bank_account_id #1
    statement.bank_statement_reference S1
    statement.sequence_number 7
    statement.currency EUR
    statement.opening EUR 40.00
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
    reasons[0].code OPENING_DIFFERS
    reasons[0].detail opens with EUR 40.00, the previous statement closed with EUR 150.00
    reasons[0].difference EUR -110.00
    reasons[1].code SEQUENCE_GAP
    reasons[1].detail number 7, but 9 was expected

as auditor-1
when AcceptStatement
    statement_id 96b6c77e-43bb-879e-8acf-fb550977553c
    bank_account_id 8dcc9911-08b7-83b2-a9a6-5946a66fba93
    reason the bank confirmed it
then StatementAccepted statement/#3
    @posting_date 2026-03-30
    statement.statement_id #3
    statement.import_id imp-1
    statement.entity_id de
    statement.bank_account_id #1
    statement.bank_statement_reference S1
    statement.sequence_number 7
    statement.currency EUR
    statement.opening EUR 40.00
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
then BankAccountAdvanced bank_account/#1
    @posting_date 2026-03-30
    bank_account_id #1
    statement_id #2
    closing EUR 150.00
    closing_date 2026-03-31
    sequence_number 8
    first_opening EUR 40.00
    entity_id de
    format camt.053.001.08
