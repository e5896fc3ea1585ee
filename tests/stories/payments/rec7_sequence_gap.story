# REC-7: a gap in the sequence is held; the first number of a new year is none
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
    statement.sequence_number 7
    statement.currency EUR
    statement.opening EUR 0.00
    statement.closing EUR 100.00
    statement.opening_known true
    statement.closing_known true
    statement.opening_date 2025-12-30
    statement.closing_date 2025-12-30
    statement.format camt.053.001.08
    statement.imported_by clerk-1
    statement.ordinal 1
    statement.rows 4
then StatementIngested statement/#2
    @posting_date 2025-12-30
    statement.statement_id #2
    statement.import_id imp-1
    statement.entity_id de
    statement.bank_account_id #1
    statement.bank_statement_reference S1
    statement.sequence_number 7
    statement.currency EUR
    statement.opening EUR 0.00
    statement.closing EUR 100.00
    statement.opening_date 2025-12-30
    statement.closing_date 2025-12-30
    statement.account_number DE89370400440532013000
    statement.opening_known true
    statement.closing_known true
    statement.format camt.053.001.08
    statement.imported_by clerk-1
    statement.natural_key DE89370400440532013000|S1
    statement.ordinal 1
    statement.rows 4
then BankAccountAdvanced bank_account/#1
    @posting_date 2025-12-30
    bank_account_id #1
    statement_id #2
    closing EUR 100.00
    closing_date 2025-12-30
    sequence_number 7
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
    statement.sequence_number 9
    statement.currency EUR
    statement.opening EUR 100.00
    statement.closing EUR 101.00
    statement.opening_known true
    statement.closing_known true
    statement.opening_date 2025-12-31
    statement.closing_date 2025-12-31
    statement.format camt.053.001.08
    statement.imported_by clerk-1
    statement.ordinal 1
    statement.rows 4
then StatementHeld statement/#3
    @posting_date 2025-12-31
    statement.statement_id #3
    statement.import_id imp-1
    statement.entity_id de
    statement.bank_account_id #1
    statement.bank_statement_reference S2
    statement.sequence_number 9
    statement.currency EUR
    statement.opening EUR 100.00
    statement.closing EUR 101.00
    statement.opening_date 2025-12-31
    statement.closing_date 2025-12-31
    statement.account_number DE89370400440532013000
    statement.opening_known true
    statement.closing_known true
    statement.format camt.053.001.08
    statement.imported_by clerk-1
    statement.natural_key DE89370400440532013000|S2
    statement.ordinal 1
    statement.rows 4
    reasons[0].code SEQUENCE_GAP
    reasons[0].detail number 9, but 8 was expected

when IngestStatement
    statement.statement_id 35f71efb-1c2e-8b82-9744-556c0a764d7d
    statement.import_id imp-1
    statement.bank_account_id 8dcc9911-08b7-83b2-a9a6-5946a66fba93
    statement.bank_statement_reference S3
    statement.natural_key DE89370400440532013000|S3
    statement.account_number DE89370400440532013000
    statement.sequence_number 1
    statement.currency EUR
    statement.opening EUR 100.00
    statement.closing EUR 102.00
    statement.opening_known true
    statement.closing_known true
    statement.opening_date 2026-01-02
    statement.closing_date 2026-01-02
    statement.format camt.053.001.08
    statement.imported_by clerk-1
    statement.ordinal 1
    statement.rows 4
then StatementIngested statement/#4
    @posting_date 2026-01-02
    statement.statement_id #4
    statement.import_id imp-1
    statement.entity_id de
    statement.bank_account_id #1
    statement.bank_statement_reference S3
    statement.sequence_number 1
    statement.currency EUR
    statement.opening EUR 100.00
    statement.closing EUR 102.00
    statement.opening_date 2026-01-02
    statement.closing_date 2026-01-02
    statement.account_number DE89370400440532013000
    statement.opening_known true
    statement.closing_known true
    statement.format camt.053.001.08
    statement.imported_by clerk-1
    statement.natural_key DE89370400440532013000|S3
    statement.ordinal 1
    statement.rows 4
then BankAccountAdvanced bank_account/#1
    @posting_date 2026-01-02
    bank_account_id #1
    statement_id #4
    closing EUR 102.00
    closing_date 2026-01-02
    sequence_number 1
    first_opening EUR 0.00
    entity_id de
    format camt.053.001.08
