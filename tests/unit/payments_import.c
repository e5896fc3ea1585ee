/* SPDX-License-Identifier: Apache-2.0
 * From a bank's file to commands: what is judged, what each row becomes, what is sealed (REC-7,
 * PAY-2, PAY-10). */
#include "services/payments/entry_command.h"
#include "services/payments/import_reading.h"

#include <stdarg.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "services/payments/domain/entry.h"
#include "services/payments/formats/statement_intake.h"

enum { ROWS_MAX = 16 };

static struct arena arena;

static int begin(void **state)
{
    (void)state;
    arena_init(&arena, 16 << 20);
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_fini(&arena);
    return 0;
}

#define BALANCE(code, amount)                                                                      \
    "<Bal><Tp><CdOrPrtry><Cd>" code "</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">" amount               \
    "</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-03-31</Dt></Dt></Bal>"
#define ENTRY(amount, side, inside)                                                                \
    "<Ntry><Amt Ccy=\"EUR\">" amount "</Amt><CdtDbtInd>" side                                      \
    "</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-03-30</Dt></BookgDt>" inside            \
    "</Ntry>\n"
#define DOCUMENT(message, inside)                                                                  \
    "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:" message                                    \
    "\"><BkToCstmrStmt><GrpHdr><MsgId>M"                                                           \
    "</MsgId></GrpHdr>" inside "</BkToCstmrStmt></Document>"
#define STATEMENT(inside)                                                                          \
    "<Stmt><Id>S1</Id><ElctrncSeqNb>5</ElctrncSeqNb><Acct><Id><IBAN>DE89 3704 0044 0532 0130 00"   \
    "</IBAN></Id><Ccy>EUR</Ccy></Acct>" inside "</Stmt>\n"
#define DETAIL(inside) "<NtryDtls><TxDtls>" inside "</TxDtls></NtryDtls>"

/* REC-7: opening 10000.00, +1176.00, +425.75, -30.00, -45.00. */
#define VECTOR(closing)                                                                            \
    DOCUMENT("camt.053.001.08",                                                                    \
             STATEMENT(BALANCE("OPBD", "10000.00") BALANCE("CLBD", closing)                        \
                           ENTRY("1176.00", "CRDT", "") ENTRY("425.75", "CRDT", "")                \
                               ENTRY("30.00", "DBIT", "") ENTRY("45.00", "DBIT", "")))

static struct import_reading read_file(const char *text)
{
    struct statement_memory memory = {text, strlen(text), 0};
    struct statement_source source = statement_source_memory(&memory);
    struct import_reading reading;
    struct problem problem = {0};
    assert_int_equal(import_read(&arena, &source, "import-1", "principal:p", &reading, &problem),
                     OK);
    return reading;
}

static void judges_the_vector(void **state)
{
    (void)state;
    struct import_reading reading = read_file(VECTOR("11526.75"));
    assert_int_equal(reading.record->verdict, IMPORT_VERDICT_READ);
    assert_int_equal(reading.n, 1);
    const Payments__IngestStatement *command = reading.statements[0];
    const Payments__Statement *statement = command->statement;
    assert_int_equal(command->n_reasons, 0);
    assert_int_equal(statement->rows, 4);
    assert_int_equal(statement->sequence_number, 5);
    assert_int_equal(statement->opening->minor, 1000000);
    assert_int_equal(statement->closing->minor, 1152675);
    assert_int_equal(statement->credits->minor, 160175);
    assert_int_equal(statement->debits->minor, 7500);
    assert_string_equal(statement->account_number, "DE89370400440532013000");
    assert_string_equal(statement->natural_key, "DE89370400440532013000|S1");
    assert_string_equal(statement->imported_by, "principal:p");

    reading = read_file(VECTOR("11526.74"));
    assert_int_equal(reading.statements[0]->n_reasons, 1);
    assert_string_equal(reading.statements[0]->reasons[0]->code, "BALANCE_DIFFERENCE");
    assert_int_equal(reading.statements[0]->reasons[0]->difference->minor, 1);
}

static void names_what_is_missing(void **state)
{
    (void)state;
    struct import_reading reading = read_file(DOCUMENT(
        "camt.053.001.02", "<Stmt>" BALANCE("CLBD", "1.00") ENTRY("1.00", "CRDT", "") "</Stmt>"));
    const Payments__IngestStatement *command = reading.statements[0];
    assert_int_equal(command->n_reasons, 3);
    assert_string_equal(command->reasons[0]->code, "ACCOUNT_MISSING");
    assert_string_equal(command->reasons[1]->code, "STATEMENT_ID_MISSING");
    assert_string_equal(command->reasons[2]->code, "BALANCE_MISSING");
    assert_string_equal(command->statement->bank_account_id, "");
    assert_false(command->statement->opening_known);
}

static void refuses_whole_files(void **state)
{
    (void)state;
    struct import_reading reading = read_file(DOCUMENT(
        "camt.053.001.08", STATEMENT(ENTRY("1.00", "CRDT", "") ENTRY("1.001", "CRDT", ""))));
    assert_int_equal(reading.record->verdict, IMPORT_VERDICT_REFUSED);
    assert_string_equal(reading.record->code, "out_of_range");
    assert_string_equal(reading.record->path, "BkToCstmrStmt/Stmt[1]/Ntry[2]/Amt");
    assert_int_equal(reading.record->line, 2);
    assert_int_equal(reading.n, 0);
    reading = read_file("no XML at all");
    assert_int_equal(reading.record->verdict, IMPORT_VERDICT_REFUSED);
    reading = read_file("<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.052.001.08\">"
                        "<BkToCstmrAcctRpt></BkToCstmrAcctRpt></Document>");
    assert_int_equal(reading.record->verdict, IMPORT_VERDICT_NOT_READ_YET);
    assert_string_equal(reading.record->code, "not_read_yet");
}

/* ---- rows ---- */

struct rows {
    struct entry_command made[ROWS_MAX];
    size_t n;
};

static enum error on_entry(void *context, const struct statement_header *header,
                           const struct statement_entry *entry, const struct statement_split *split)
{
    struct rows *rows = context;
    const struct entry_owner owner = {"s-1", "b-1", "e-1", {20000}};
    for (size_t i = 0; i < split->count; i++) {
        struct statement_part part;
        bool any = false;
        assert_int_equal(statement_split_part(&part, split, i, NULL), OK);
        assert_int_equal(entry_command_make(&arena, &owner, header, entry, &part,
                                            &rows->made[rows->n], &any, NULL),
                         OK);
        rows->n += any;
    }
    return OK;
}

static struct rows make_rows(const char *text)
{
    struct rows rows = {.n = 0};
    struct statement_memory memory = {text, strlen(text), 0};
    struct statement_source source = statement_source_memory(&memory);
    struct statement_reading reading = {0};
    assert_int_equal(
        statement_intake(&source, &(struct statement_intake_events){&rows, NULL, on_entry, NULL},
                         &reading, NULL),
        OK);
    return rows;
}

static void a_receipt_says_who_and_what_for(void **state)
{
    (void)state;
    struct rows rows = make_rows(DOCUMENT(
        "camt.053.001.08",
        STATEMENT(ENTRY("12.50", "CRDT",
                        "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RDDT</Cd><SubFmlyCd>ESDD</"
                        "SubFmlyCd></Fmly></Domn></BkTxCd>" DETAIL(
                            "<Refs><AcctSvcrRef>BANK-9</AcctSvcrRef><EndToEndId>E2E-7</"
                            "EndToEndId></Refs><RltdPties><Dbtr><Pty>"
                            "<Nm>Ada\nLovelace</Nm></Pty></"
                            "Dbtr><DbtrAcct><Id><IBAN>GB29NWBK60161331926819</IBAN></Id></DbtrAcct>"
                            "</RltdPties><RmtInf><Ustrd>Rechnung "
                            "INV20260</Ustrd><Ustrd>000042</Ustrd><Strd><RfrdDocInf><Nb>INV-1</Nb>"
                            "</RfrdDocInf><CdtrRefInf><Ref>RF18 5390 0754 "
                            "7034</Ref></CdtrRefInf></Strd></RmtInf>")))));
    assert_int_equal(rows.n, 1);
    const struct entry_command *made = &rows.made[0];
    const Payments__IngestEntry *command = made->command;
    assert_int_equal(entry_classify(command), ENTRY_RECEIPT);
    assert_string_equal(command->natural_key, "DE89370400440532013000|S1|-#1");
    assert_int_equal(command->amount->minor, 1250);
    assert_int_equal(command->booking_date->days, 20542);
    assert_string_equal(command->transaction_code, "PMNT/RDDT/ESDD");
    assert_int_equal(command->method, PAYMENT_METHOD_DIRECT_DEBIT);
    assert_string_equal(command->bank_reference, "BANK-9");
    assert_string_equal(command->remittance->end_to_end_id, "E2E-7");
    assert_int_equal(command->remittance->n_creditor_references, 1);
    assert_string_equal(command->remittance->creditor_references[0], "RF18539007547034");
    const char *const expected[] = {"INV-1", "INV1", "INV20260", "000042", "INV20260000042"};
    assert_int_equal(command->remittance->n_references_in_text, 5);
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(command->remittance->references_in_text[i], expected[i]);
    assert_int_equal(made->n_sealings, 3);
    assert_string_equal(made->sealings[0].text, "Ada Lovelace");
    assert_string_equal(made->sealings[1].text, "GB29NWBK60161331926819");
    assert_string_equal(made->sealings[2].text, "Rechnung INV20260 000042");
    assert_string_equal(made->sealings[0].subject_id, entry_key(&arena, command));
}

static void returns_and_movements_are_told_apart(void **state)
{
    (void)state;
    struct rows rows = make_rows(DOCUMENT(
        "camt.053.001.08",
        STATEMENT(ENTRY("5.00", "DBIT",
                        DETAIL("<Refs><EndToEndId>E2E-7</EndToEndId><TxId>T1</TxId></"
                               "Refs><RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>")) ENTRY("6.00",
                                                                                        "DBIT", "")
                      ENTRY("7.00", "CRDT", "<RvslInd>true</RvslInd>") ENTRY("0.00", "CRDT", "")
                          ENTRY("1.00", "CRDT", "<BkTxCd><Domn><Cd>ACMT</Cd></Domn></BkTxCd>")
                              ENTRY("2.00", "CRDT",
                                    DETAIL("<Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>")))));
    assert_int_equal(rows.n, 5);
    const Payments__IngestEntry *back = rows.made[0].command;
    assert_int_equal(entry_classify(back), ENTRY_RETURN);
    assert_int_equal(back->amount->minor, -500);
    assert_string_equal(back->return_reason_code, "AC04");
    assert_string_equal(back->return_reference, back->natural_key);
    assert_int_equal(back->n_original_references, 2);
    assert_string_equal(back->original_references[0], "E2E-7");
    assert_int_equal(rows.made[0].n_sealings, 0);
    assert_int_equal(entry_classify(rows.made[1].command), ENTRY_MOVEMENT);
    assert_int_equal(entry_classify(rows.made[2].command), ENTRY_MOVEMENT);
    assert_string_equal(rows.made[2].command->return_reason_code, "REVERSAL");
    assert_int_equal(entry_classify(rows.made[3].command), ENTRY_MOVEMENT);
    assert_int_equal(entry_classify(rows.made[4].command), ENTRY_RECEIPT);
    assert_string_equal(rows.made[4].command->remittance->end_to_end_id, "");
    assert_string_equal(rows.made[4].command->natural_key, "DE89370400440532013000|S1|-#6");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(judges_the_vector, begin, end),
        cmocka_unit_test_setup_teardown(names_what_is_missing, begin, end),
        cmocka_unit_test_setup_teardown(refuses_whole_files, begin, end),
        cmocka_unit_test_setup_teardown(a_receipt_says_who_and_what_for, begin, end),
        cmocka_unit_test_setup_teardown(returns_and_movements_are_told_apart, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
