# the IBANs on which a legal entity is paid become its bank accounts, in whichever shard they live; one that is known is not asked again
service payments
now 2026-03-31T12:00:00Z

when LegalEntityRegistered
    entity.entity_id de
    entity.name Duebook GmbH
    entity.currency EUR
    entity.ibans[0] DE89370400440532013000
    entity.ibans[1] FR1420041010050500013M02606
handed over RegisterBankAccount
    bank_account_id #1
    entity_id de
    account_number DE89370400440532013000
handed over RegisterBankAccount
    bank_account_id #2
    entity_id de
    account_number FR1420041010050500013M02606
then BankAccountRegistered bank_account/#1
    bank_account_id #1
    entity_id de
    account_number DE89370400440532013000
then BankAccountRegistered bank_account/#2
    bank_account_id #2
    entity_id de
    account_number FR1420041010050500013M02606

when RegisterBankAccount
    entity_id de
    account_number DE89 3704 0044 0532 0130 00
refused BANK_ACCOUNT_EXISTS account_number

when LegalEntityChanged
    entity.entity_id de
    entity.name Duebook GmbH
    entity.currency EUR
    entity.ibans[0] DE89370400440532013000
nothing

when RegisterBankAccount
    entity_id fr
    account_number DE89370400440532013000
refused BANK_ACCOUNT_EXISTS account_number

when RegisterBankAccount
    entity_id fr
    account_number Ü
refused ACCOUNT_NUMBER_MALFORMED account_number
