/* SPDX-License-Identifier: Apache-2.0
 * Statement check: REC-7's proof, why a statement is held, how entries are split, and PAY-2's
 * natural key. */
#include "camt_check.h"

#define OPENING BALANCE("OPBD", "10000.00", "CRDT", "2026-01-30")
#define FOUR_ENTRIES                                                                               \
    ENTRY("1176.00", "CRDT", "")                                                                   \
    ENTRY("425.75", "CRDT", "") ENTRY("30.00", "DBIT", "") ENTRY("45.00", "DBIT", "")
#define CLOSING(amount) BALANCE("CLBD", amount, "CRDT", "2026-01-31")

/* Vector of REC-7: opening 10000.00, +1176.00, +425.75, -30.00, -45.00 -> closing 11526.75. */
static void vector_reads(void **state)
{
    (void)state;
    struct came came =
        camt_read(CAMT("08", STATEMENT(OPENING CLOSING("11526.75") FOUR_ENTRIES)), NULL, NULL);
    assert_hold(&came, HOLD_NONE);
    assert_int_equal(came.verdict.holds, 0);
    assert_false(came.verdict.has_difference);
    assert_money(came.facts.opening, "EUR 10000.00");
    assert_money(came.facts.credits, "EUR 1601.75");
    assert_money(came.facts.debits, "EUR 75.00");
    assert_money(came.facts.closing, "EUR 11526.75");
    assert_int_equal(came.facts.booked, 4);
}

/* Vector of REC-7: 11526.74 -> held by 0.01. */
static void vector_is_held_by_a_cent(void **state)
{
    (void)state;
    struct came came =
        camt_read(CAMT("02", STATEMENT(OPENING CLOSING("11526.74") FOUR_ENTRIES)), NULL, NULL);
    assert_hold(&came, HOLD_BALANCE);
    assert_true(came.verdict.has_difference);
    assert_money(came.verdict.difference, "EUR 0.01");
    assert_string_equal(statement_hold_code(came.verdict.hold), "balance_mismatch");
}

static void overdrawn_account_reads(void **state)
{
    (void)state;
    struct came came = camt_read(
        CAMT("02", STATEMENT(BALANCE("PRCD", "33.06", "DBIT", "2026-01-30") ENTRY(
                       "10.00", "DBIT", "") BALANCE("CLBD", "43.06", "DBIT", "2026-01-31"))),
        NULL, NULL);
    assert_hold(&came, HOLD_NONE);
    assert_money(came.facts.opening, "EUR -33.06");
    assert_money(came.facts.closing, "EUR -43.06");
}

static void only_booked_entries_count(void **state)
{
    (void)state;
    struct came came = camt_read(
        CAMT("08",
             STATEMENT(OPENING CLOSING("10001.00") ENTRY(
                 "1.00", "CRDT",
                 "") "<Ntry><Amt "
                     "Ccy='EUR'>5</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>PDNG</Cd></Sts></Ntry>"
                     "<Ntry><Amt Ccy='EUR'>6</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>INFO</Sts></Ntry>"
                     "<Ntry><Amt Ccy='EUR'>7</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>FUTR</Sts></Ntry>"
                     "<Ntry><Amt "
                     "Ccy='EUR'>8</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>WHAT</Sts></Ntry>")),
        NULL, NULL);
    assert_hold(&came, HOLD_NONE);
    assert_int_equal(came.facts.booked, 1);
    assert_int_equal(came.facts.not_booked, 4);
    assert_int_equal(came.entries, 5); /* pending ones are shown */
}

/* The side is that of the booking; the indicator does not turn it around. */
static void reversal_keeps_its_side(void **state)
{
    (void)state;
    struct came came = camt_read(CAMT("04", STATEMENT(OPENING CLOSING("9994.00") ENTRY(
                                                "6.00", "DBIT", "<RvslInd>true</RvslInd>"))),
                                 NULL, NULL);
    assert_hold(&came, HOLD_NONE);
    assert_money(came.facts.debits, "EUR 6.00");
}

static void missing_parts_hold(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum statement_hold hold;
    } cases[] = {
        {CAMT("02", STATEMENT(CLOSING("1.00"))), HOLD_OPENING_MISSING},
        {CAMT("02", STATEMENT(OPENING)), HOLD_CLOSING_MISSING},
        {CAMT("02", STATEMENT("")), HOLD_OPENING_MISSING},
        {CAMT("02", "<Stmt><Id>S1</Id>" OPENING CLOSING("10000.00") "</Stmt>"),
         HOLD_ACCOUNT_MISSING},
        {CAMT("02",
              "<Stmt><Acct><Id><IBAN>DE1</IBAN></Id></Acct>" OPENING CLOSING("10000.00") "</Stmt>"),
         HOLD_ID_MISSING},
        {CAMT("03", STATEMENT("<StmtPgntn><PgNb>2</PgNb><LastPgInd>false</LastPgInd></StmtPgntn>")),
         HOLD_PAGE},
        {CAMT("02",
              STATEMENT(OPENING
                        "<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy='SEK'>1</Amt>"
                        "<CdtDbtInd>CRDT</CdtDbtInd></Bal>")),
         HOLD_BALANCE_CURRENCY},
        {CAMT("02", STATEMENT(BALANCE("PRCD", "9999.99", "CRDT", "2026-01-30")
                                  OPENING CLOSING("10000.00"))),
         HOLD_PREVIOUS_CLOSING},
        {CAMT("02", STATEMENT(OPENING CLOSING("10000.00") ENTRY("-5.00", "DBIT", "")
                                  ENTRY("5.00", "CRDT", ""))),
         HOLD_NEGATIVE_AMOUNT},
        {CAMT("02", STATEMENT(OPENING CLOSING("10000.00") "<Ntry><Amt "
                                                          "Ccy='USD'>5.00</Amt><CdtDbtInd>CRDT</"
                                                          "CdtDbtInd><Sts>BOOK</Sts></Ntry>")),
         HOLD_ENTRY_CURRENCY},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct came came = camt_read(cases[i].text, NULL, NULL);
        assert_hold(&came, cases[i].hold);
        assert_true(came.verdict.holds & 1u << cases[i].hold);
    }
}

/* Pages between others are framed by interim balances. */
static void page_with_interim_balances_reads(void **state)
{
    (void)state;
    struct came came = camt_read(
        CAMT("06",
             STATEMENT("<StmtPgntn><PgNb>2</PgNb><LastPgInd>false</LastPgInd></StmtPgntn>" BALANCE(
                 "ITBD", "5.00", "CRDT", "2026-01-31") BALANCE("ITBD", "7.00", "CRDT", "2026-01-31")
                           ENTRY("2.00", "CRDT", ""))),
        NULL, NULL);
    assert_hold(&came, HOLD_NONE);
}

/* A statement of several days may repeat both balances for each. */
static void several_days_take_first_and_last(void **state)
{
    (void)state;
    struct came came = camt_read(
        CAMT("02", STATEMENT(BALANCE("OPBD", "12.00", "CRDT", "2026-01-31")
                                 BALANCE("OPBD", "10.00", "CRDT", "2026-01-30")
                                     BALANCE("CLBD", "15.00", "CRDT", "2026-01-31")
                                         BALANCE("CLBD", "12.00", "CRDT", "2026-01-30")
                                             ENTRY("2.00", "CRDT", "") ENTRY("3.00", "CRDT", ""))),
        NULL, NULL);
    assert_hold(&came, HOLD_NONE);
}

/* An entry in another currency counts with what the bank converted it to. */
static void converted_entry_reads(void **state)
{
    (void)state;
    struct came came = camt_read(
        CAMT("08", STATEMENT(OPENING CLOSING(
                       "10092.00") "<Ntry><Amt "
                                   "Ccy='USD'>100.00</Amt><CdtDbtInd>CRDT</"
                                   "CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><NtryDtls>"
                                   "<TxDtls><Amt Ccy='USD'>100.00</Amt><AmtDtls><TxAmt><Amt "
                                   "Ccy='EUR'>92.00</Amt></TxAmt>"
                                   "</AmtDtls></TxDtls></NtryDtls></Ntry>")),
        NULL, NULL);
    assert_hold(&came, HOLD_NONE);
    assert_money(came.facts.credits, "EUR 92.00");
}

#define DETAIL(amount, rest) "<TxDtls><Amt Ccy='EUR'>" amount "</Amt>" rest "</TxDtls>"
#define CHARGED(amount)                                                                            \
    "<Chrgs><Rcrd><Amt Ccy='EUR'>" amount "</Amt><CdtDbtInd>DBIT</CdtDbtInd></Rcrd></Chrgs>"
#define BATCH(amount, side, details) ENTRY(amount, side, "<NtryDtls>" details "</NtryDtls>")

static void split_is(const struct statement_split *split, enum statement_split_form form,
                     size_t count)
{
    assert_int_equal(split->form, form);
    assert_int_equal(split->count, count);
}

static void gross_split(const struct statement_header *header, const struct statement_entry *entry,
                        const struct statement_split *split)
{
    struct statement_part part;
    (void)header, (void)entry;
    split_is(split, SPLIT_GROSS, 3);
    assert_ok(statement_split_part(&part, split, 1, NULL));
    assert_money(part.amount, "EUR 40.00");
    assert_int_equal(part.index, 2);
    assert_int_equal(part.side, SIDE_CREDIT);
}

static void batch_is_split_by_its_details(void **state)
{
    (void)state;
    struct came came = camt_read(
        CAMT("04",
             STATEMENT(OPENING CLOSING("10110.00") BATCH(
                 "110.00", "CRDT", DETAIL("20.00", "") DETAIL("40.00", "") DETAIL("50.00", "")))),
        gross_split, NULL);
    assert_hold(&came, HOLD_NONE);
    assert_int_equal(came.reading.details, 3);
}

static void net_split(const struct statement_header *header, const struct statement_entry *entry,
                      const struct statement_split *split)
{
    struct statement_part part;
    (void)header, (void)entry;
    split_is(split, SPLIT_NET, 2);
    assert_ok(statement_split_part(&part, split, 0, NULL));
    assert_money(part.amount, "EUR 19.30");
    assert_ok(statement_split_part(&part, split, 1, NULL));
    assert_money(part.amount, "EUR 40.00");
}

static void charges_explain_a_batch(void **state)
{
    (void)state;
    struct came came = camt_read(
        CAMT("04", STATEMENT(OPENING CLOSING("10059.30") BATCH(
                       "59.30", "CRDT", DETAIL("20.00", CHARGED("0.70")) DETAIL("40.00", "")))),
        net_split, NULL);
    assert_hold(&came, HOLD_NONE);
}

static void details_that_do_not_sum_hold(void **state)
{
    (void)state;
    struct came came =
        camt_read(CAMT("04", STATEMENT(OPENING CLOSING("10110.00") BATCH(
                                 "110.00", "CRDT", DETAIL("20.00", "") DETAIL("40.00", "")))),
                  NULL, NULL);
    assert_hold(&came, HOLD_DETAILS);
    assert_money(came.verdict.difference, "EUR 50.00");
    assert_int_equal(came.verdict.line, 2);

    /* A batch where one detail names no amount cannot be split either. */
    came = camt_read(CAMT("04", STATEMENT(OPENING CLOSING("10110.00") BATCH(
                                    "110.00", "CRDT", DETAIL("110.00", "") "<TxDtls></TxDtls>"))),
                     NULL, NULL);
    assert_hold(&came, HOLD_DETAILS);
}

static void against_split(const struct statement_header *header,
                          const struct statement_entry *entry, const struct statement_split *split)
{
    struct statement_part part;
    (void)header, (void)entry;
    split_is(split, SPLIT_GROSS, 2);
    assert_ok(statement_split_part(&part, split, 1, NULL));
    assert_int_equal(part.side, SIDE_DEBIT);
}

static void detail_against_its_entry_is_subtracted(void **state)
{
    (void)state;
    struct came came =
        camt_read(CAMT("04", STATEMENT(OPENING CLOSING("10080.00") BATCH(
                                 "80.00", "CRDT",
                                 DETAIL("100.00", "<CdtDbtInd>CRDT</CdtDbtInd>")
                                     DETAIL("20.00", "<CdtDbtInd>DBIT</CdtDbtInd>")))),
                  against_split, NULL);
    assert_hold(&came, HOLD_NONE);
}

static void whole_split(const struct statement_header *header, const struct statement_entry *entry,
                        const struct statement_split *split)
{
    struct statement_part part;
    (void)header, (void)entry;
    split_is(split, SPLIT_WHOLE, 1);
    assert_ok(statement_split_part(&part, split, 0, NULL));
    assert_money(part.amount, "EUR 110.00");
    assert_int_equal(part.index, 0);
}

static void entries_that_stay_whole(void **state)
{
    (void)state;
    static const char *const texts[] = {
        CAMT("04", STATEMENT(OPENING CLOSING("10110.00") ENTRY("110.00", "CRDT", ""))),
        CAMT("04",
             STATEMENT(OPENING CLOSING("10110.00") BATCH("110.00", "CRDT", DETAIL("110.00", "")))),
        CAMT("04", STATEMENT(OPENING CLOSING("10110.00")
                                 BATCH("110.00", "CRDT", DETAIL("111.00", CHARGED("1.00"))))),
        CAMT("04", STATEMENT(OPENING CLOSING("10110.00") BATCH(
                       "110.00", "CRDT", "<TxDtls><Amt Ccy='USD'>99.00</Amt></TxDtls>"))),
        CAMT("04",
             STATEMENT(OPENING CLOSING("10110.00") BATCH("110.00", "CRDT", "<TxDtls/><TxDtls/>"))),
        CAMT("04", STATEMENT(OPENING CLOSING("10110.00") BATCH(
                       "110.00", "CRDT", DETAIL("110.00", "<CdtDbtInd>DBIT</CdtDbtInd>")))),
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct came came = camt_read(texts[i], whole_split, NULL);
        assert_hold(&came, HOLD_NONE);
    }
}

/* The largest amount fits; a sum that does not is refused, never wrapped. */
static void sums_do_not_wrap(void **state)
{
    (void)state;
#define LARGEST "92233720368547758.07"
    struct came came =
        camt_read(CAMT("02", STATEMENT(BALANCE("OPBD", "0", "CRDT", "2026-01-30") CLOSING(LARGEST)
                                           ENTRY(LARGEST, "CRDT", ""))),
                  NULL, NULL);
    assert_hold(&came, HOLD_NONE);
    came = camt_read(CAMT("02", STATEMENT(ENTRY(LARGEST, "CRDT", "") ENTRY("0.01", "CRDT", ""))),
                     NULL, NULL);
    assert_int_equal(came.error, ERR_RANGE);
    assert_string_equal(came.reading.path, "BkToCstmrStmt/Stmt[1]/Ntry[2]");
    assert_string_equal(came.problem.field, came.reading.path);
}

/* ---- PAY-2 ---- */

static char keys[4][256];
static size_t key_count;

static void keep_key(const struct statement_header *header, const struct statement_entry *entry,
                     const struct statement_split *split)
{
    struct arena arena;
    arena_init(&arena, 1 << 16);
    for (size_t i = 0; i < split->count && key_count < 4; i++) {
        struct statement_part part;
        assert_ok(statement_split_part(&part, split, i, NULL));
        snprintf(keys[key_count++], sizeof *keys, "%s",
                 statement_entry_key(&arena, header, entry, part.index));
    }
    arena_fini(&arena);
}

static void keys_read(const char *text)
{
    key_count = 0;
    struct came came = camt_read(text, keep_key, NULL);
    assert_int_equal(came.error, OK);
}

/* Vector of PAY-2: 50.00 and 50.00, same payer and day, different references -> two receipts;
 * redelivery of the first has the first one's key. */
static void equal_payments_have_two_keys(void **state)
{
    (void)state;
    static const char text[] =
        CAMT("02", STATEMENT(ENTRY("50.00", "CRDT", "<NtryRef>A</NtryRef>")
                                 ENTRY("50.00", "CRDT", "<NtryRef>B</NtryRef>")));
    keys_read(text);
    assert_int_equal(key_count, 2);
    assert_string_equal(keys[0], "DE89370400440532013000|S1|e:A#1");
    assert_string_equal(keys[1], "DE89370400440532013000|S1|e:B#2");
    keys_read(text);
    assert_string_equal(keys[0], "DE89370400440532013000|S1|e:A#1");
}

/* Real Swiss statements repeat NtryRef: two bookings with one reference are still two. */
static void repeated_references_have_two_keys(void **state)
{
    (void)state;
    keys_read(CAMT("04", STATEMENT(ENTRY("6.00", "DBIT", "<NtryRef>4110</NtryRef>")
                                       ENTRY("6.00", "DBIT", "<NtryRef>4110</NtryRef>"))));
    assert_string_equal(keys[0], "DE89370400440532013000|S1|e:4110#1");
    assert_string_equal(keys[1], "DE89370400440532013000|S1|e:4110#2");
}

static void key_falls_back(void **state)
{
    (void)state;
    keys_read(CAMT("02",
                   "<Stmt><Id>S|1</Id><StmtPgntn><PgNb>2</PgNb></StmtPgntn><Acct><Id><IBAN>de89 "
                   "3704</IBAN></Id>"
                   "<Ccy>EUR</Ccy></Acct>" ENTRY("1.00", "CRDT", "<AcctSvcrRef>X #</AcctSvcrRef>")
                       ENTRY("1.00", "CRDT", "")
                           BATCH("3.00", "CRDT", DETAIL("1.00", "") DETAIL("2.00", "")) "</Stmt>"));
    assert_int_equal(key_count, 4);
    assert_string_equal(keys[0], "DE893704|S%7C1:2|s:X%20%23#1");
    assert_string_equal(keys[1], "DE893704|S%7C1:2|-#2");
    assert_string_equal(keys[2], "DE893704|S%7C1:2|-#3.1");
    assert_string_equal(keys[3], "DE893704|S%7C1:2|-#3.2");
}

static void key_is_bounded(void **state)
{
    (void)state;
    char text[2048], reference[601];
    memset(reference, 'R', 600);
    reference[600] = '\0';
    snprintf(text, sizeof text,
             CAMT("02", STATEMENT(ENTRY("1.00", "CRDT", "<NtryRef>%s</NtryRef>"))), reference);
    keys_read(text);
    assert_true(strlen(keys[0]) < 220);
    reference[599] = 'S';
    char first[256];
    memcpy(first, keys[0], sizeof first);
    snprintf(text, sizeof text,
             CAMT("02", STATEMENT(ENTRY("1.00", "CRDT", "<NtryRef>%s</NtryRef>"))), reference);
    keys_read(text);
    assert_string_not_equal(first, keys[0]);
}

static void every_hold_has_a_text(void **state)
{
    (void)state;
    for (int i = 0; i <= HOLD_DETAILS; i++) {
        assert_non_null(statement_hold_code((enum statement_hold)i));
        assert_non_null(statement_hold_text((enum statement_hold)i));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vector_reads),
        cmocka_unit_test(vector_is_held_by_a_cent),
        cmocka_unit_test(overdrawn_account_reads),
        cmocka_unit_test(only_booked_entries_count),
        cmocka_unit_test(reversal_keeps_its_side),
        cmocka_unit_test(missing_parts_hold),
        cmocka_unit_test(page_with_interim_balances_reads),
        cmocka_unit_test(several_days_take_first_and_last),
        cmocka_unit_test(converted_entry_reads),
        cmocka_unit_test(batch_is_split_by_its_details),
        cmocka_unit_test(charges_explain_a_batch),
        cmocka_unit_test(details_that_do_not_sum_hold),
        cmocka_unit_test(detail_against_its_entry_is_subtracted),
        cmocka_unit_test(entries_that_stay_whole),
        cmocka_unit_test(sums_do_not_wrap),
        cmocka_unit_test(equal_payments_have_two_keys),
        cmocka_unit_test(repeated_references_have_two_keys),
        cmocka_unit_test(key_falls_back),
        cmocka_unit_test(key_is_bounded),
        cmocka_unit_test(every_hold_has_a_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
