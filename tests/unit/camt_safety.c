/* SPDX-License-Identifier: Apache-2.0
 * Camt safety: broken and hostile files are refused with line and path, and no file costs more
 * memory than one entry. */
#include "camt_check.h"

#include <unistd.h>

#include "common/base/time.h"

#define OPEN "<Document><BkToCstmrStmt><Stmt><Id>S1</Id>"

static void broken_xml_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t line;
        const char *path;
    } cases[] = {
        {"", 1, ""},
        {"\n\n", 3, ""},
        {"hello", 1, ""},
        {":20:STARTUMS\n:25:123/456\n", 1, ""},
        {OPEN "\n<Ntry>\n</Stmt>", 3, "BkToCstmrStmt/Stmt[1]/Ntry[1]"},
        {OPEN "\n<Ntry><Amt Ccy='EUR'>1", 2, "BkToCstmrStmt/Stmt[1]/Ntry[1]/Amt"},
        {OPEN "\n<Acct><Ownr><Nm>A & B</Nm>", 2, "BkToCstmrStmt/Stmt[1]/Acct/Ownr/Nm"},
        {OPEN "\n<AddtlStmtInf>\x01</AddtlStmtInf>", 2, "BkToCstmrStmt/Stmt[1]/AddtlStmtInf"},
        {OPEN "\n<AddtlStmtInf>\xC3(</AddtlStmtInf>", 2, "BkToCstmrStmt/Stmt[1]/AddtlStmtInf"},
        {OPEN "\n<AddtlStmtInf>&nbsp;</AddtlStmtInf>", 2, "BkToCstmrStmt/Stmt[1]/AddtlStmtInf"},
        {OPEN "\n<Bal\nCcy='1' Ccy='2'/>", 3, "BkToCstmrStmt/Stmt[1]"},
        {OPEN "\n<x:Bal/>", 2, "BkToCstmrStmt/Stmt[1]"},
        {OPEN "</Stmt></BkToCstmrStmt></Document>\n<more/>", 2, ""},
        {"<?xml version='1.0' encoding='KLINGON'?>\n<Document/>", 1, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct came came = camt_read(cases[i].text, NULL, NULL);
        if (came.error != ERR_MALFORMED || came.reading.line != cases[i].line)
            print_error("case %zu: %s\n", i, cases[i].text);
        assert_refused_at(&came, ERR_MALFORMED, cases[i].line, cases[i].path);
    }
}

/* The answer names the place and never repeats what stands there. */
static void refusals_keep_secrets(void **state)
{
    (void)state;
    static const char *const texts[] = {
        OPEN "<Acct><Ownr><Nm>Müller <mueller@example.com></Nm>",
        OPEN "<Acct><Ownr><Nm>&mueller;</Nm>",
        OPEN "<Ntry><Amt Ccy='EUR'>mueller</Amt>",
        OPEN "<Ntry><CdtDbtInd>mueller</CdtDbtInd>",
        OPEN "<Ntry><BookgDt>mueller</BookgDt>",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct came came = camt_read(texts[i], NULL, NULL);
        assert_int_equal(came.error, ERR_MALFORMED);
        assert_null(strstr(came.problem.detail, "ueller"));
    }
}

static void document_types_are_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "<!DOCTYPE Document><Document/>",
        "<!DOCTYPE Document SYSTEM 'http://127.0.0.1:9/x.dtd'>" OPEN
        "</Stmt></BkToCstmrStmt></Document>",
        "<!DOCTYPE Document [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" OPEN
        "<AddtlStmtInf>&x;</AddtlStmtInf></Stmt></BkToCstmrStmt></Document>",
        "<!DOCTYPE Document [<!ENTITY % p SYSTEM 'file:///etc/passwd'> %p;]><Document/>",
        "<!DOCTYPE d [<!ENTITY a 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'><!ENTITY b "
        "'&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>"
        "<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;'><!ENTITY d '&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;'>"
        "<!ENTITY e '&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;'><!ENTITY f '&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;'>"
        "<!ENTITY g '&f;&f;&f;&f;&f;&f;&f;&f;&f;&f;'>]>" OPEN "<AddtlStmtInf>&g;</AddtlStmtInf>",
        "<!DOCTYPE d [<!ATTLIST Amt Ccy CDATA 'EUR'>]>" OPEN,
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct came came = camt_read(texts[i], NULL, NULL);
        assert_refused_at(&came, ERR_MALFORMED, 1, "");
        assert_non_null(strstr(came.problem.detail, "DOCTYPE"));
    }
}

static long resident_bytes(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%*d %ld", &pages), 1);
    fclose(file);
    return pages * sysconf(_SC_PAGESIZE);
}

/* `head`, then `unit` so many times, then `tail`, without ever being in memory. */
struct generator {
    const char *head, *unit, *tail;
    uint64_t count, at;
    size_t offset;
    uint64_t bytes;
};

static long generator_read(void *context, void *buffer, size_t size)
{
    struct generator *generator = context;
    size_t written = 0;
    while (written < size && generator->at < generator->count + 2) {
        const char *text = generator->at == 0                      ? generator->head
                           : generator->at == generator->count + 1 ? generator->tail
                                                                   : generator->unit;
        size_t left = strlen(text) - generator->offset, room = size - written;
        size_t piece = left < room ? left : room;
        memcpy((char *)buffer + written, text + generator->offset, piece);
        written += piece;
        generator->offset += piece;
        if (piece == left) {
            generator->at++;
            generator->offset = 0;
        }
    }
    generator->bytes += written;
    return (long)written;
}

static struct came generated_read(const char *head, const char *unit, uint64_t count,
                                  const char *tail)
{
    struct came came = {0};
    struct generator generator = {.head = head, .unit = unit, .tail = tail, .count = count};
    struct statement_source source = {generator_read, &generator};
    came.error =
        statement_intake(&source,
                         &(struct statement_intake_events){
                             .context = &came, .entry = came_entry, .statement_end = came_end},
                         &came.reading, &came.problem);
    return came;
}

static void limits_are_kept(void **state)
{
    (void)state;
    struct came came = generated_read(OPEN, "<a>", 100, "");
    assert_refused_at(&came, ERR_TOO_LARGE, 1, NULL);
    came = generated_read(OPEN "<AddtlStmtInf>", "0123456789", 7000,
                          "</AddtlStmtInf></Stmt></BkToCstmrStmt></Document>");
    assert_refused_at(&came, ERR_TOO_LARGE, 1, "BkToCstmrStmt/Stmt[1]/AddtlStmtInf");
    /* Text that nothing keeps may be of any length: banks embed copies of instructions. */
    came = generated_read(OPEN "<Splmtry>", "0123456789", 2000000,
                          "</Splmtry></Stmt></BkToCstmrStmt></Document>");
    assert_int_equal(came.error, OK);
    came = generated_read(OPEN "<Bal", " a='1'", 20000, "/>");
    assert_refused_at(&came, ERR_TOO_LARGE, 1, NULL);
    came = generated_read(OPEN "<!--", " comment", 20000, "-->");
    assert_refused_at(&came, ERR_TOO_LARGE, 1, NULL);
    came = generated_read(OPEN "<", "n", 60000, "/>");
    assert_refused_at(&came, ERR_TOO_LARGE, 1, NULL);
    /* Balances without end do not fit one header. */
    came = generated_read(OPEN, "<Bal><Tp><Cd>OPBD</Cd></Tp></Bal>", 200000,
                          "</Stmt></BkToCstmrStmt></Document>");
    assert_refused_at(&came, ERR_TOO_LARGE, 1, NULL);
}

/* Every name a new one: the parser remembers names, and that memory has a bound too. */
static void new_names_without_end_are_bounded(void **state)
{
    (void)state;
    enum { NAMES = 2000000, NAME_BYTES = 12 };
    char *text = malloc(sizeof OPEN + (size_t)NAMES * NAME_BYTES);
    assert_non_null(text);
    size_t size = (size_t)snprintf(text, sizeof OPEN, "%s", OPEN);
    for (unsigned i = 0; i < NAMES; i++)
        size += (size_t)snprintf(text + size, NAME_BYTES, "<nn%06x/>", i);
    long before = resident_bytes();
    struct came came = camt_read_bytes(text, size, NULL, NULL);
    assert_refused_at(&came, ERR_TOO_LARGE, 1, NULL);
    for (char *at = text + sizeof OPEN - 1; at < text + size; at += NAME_BYTES - 1)
        at[1] = '?', at[NAME_BYTES - 3] = '?'; /* the same as processing instructions */
    came = camt_read_bytes(text, size, NULL, NULL);
    assert_refused_at(&came, ERR_TOO_LARGE, 1, NULL);
    long grown = resident_bytes() - before;
    print_message("memory grew by %ld KiB\n", grown / 1024);
    assert_true(grown < 32 << 20);
    free(text);
}

static long failing_read(void *context, void *buffer, size_t size)
{
    size_t *calls = context;
    if ((*calls)++ > 0)
        return -1;
    memset(buffer, ' ', size < 64 ? size : 64);
    memcpy(buffer, "<Document>", 10);
    return 64;
}

static void a_source_that_fails_is_tried_again(void **state)
{
    (void)state;
    size_t calls = 0;
    struct statement_source source = {failing_read, &calls};
    struct statement_reading reading;
    struct problem problem = {0};
    assert_refused(statement_read(&source, &(struct statement_events){0}, &reading, &problem),
                   ERR_AGAIN);

    int descriptor = -1;
    source = statement_source_descriptor(&descriptor);
    assert_refused(statement_read(&source, &(struct statement_events){0}, &reading, NULL),
                   ERR_AGAIN);
}

static void a_descriptor_is_read(void **state)
{
    (void)state;
    int ends[2];
    static const char text[] = CAMT("02", STATEMENT(ENTRY("1.00", "CRDT", "")));
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], text, sizeof text - 1), sizeof text - 1);
    close(ends[1]);
    struct statement_source source = statement_source_descriptor(&ends[0]);
    struct statement_reading reading;
    assert_ok(statement_read(&source, &(struct statement_events){0}, &reading, NULL));
    assert_int_equal(reading.entries, 1);
    close(ends[0]);
}

/* Every shorter version of a good file is refused and crashes nothing. */
static void truncated_files_are_refused(void **state)
{
    (void)state;
    static const char text[] =
        CAMT("08", STATEMENT(BALANCE("OPBD", "1.00", "CRDT", "2026-01-31")
                                 ENTRY("1.00", "CRDT",
                                       "<NtryDtls><TxDtls><RmtInf><Ustrd>x &amp; y</Ustrd></RmtInf>"
                                       "</TxDtls></NtryDtls>")));
    for (size_t size = 0; size < sizeof text - 1; size++) {
        struct came came = camt_read_bytes(text, size, NULL, NULL);
        assert_int_not_equal(came.error, OK);
    }
}

#define TYPICAL_ENTRY                                                                              \
    "<Ntry><NtryRef>52198201</NtryRef><Amt "                                                       \
    "Ccy=\"EUR\">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>"                    \
    "<BookgDt><Dt>2026-01-31</Dt></BookgDt><ValDt><Dt>2026-01-31</Dt></"                           \
    "ValDt><AcctSvcrRef>2026013100017</AcctSvcrRef>"                                               \
    "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></"    \
    "BkTxCd>\n<NtryDtls>"                                                                          \
    "<TxDtls><Refs><EndToEndId>INV-2026-000017</EndToEndId><TxId>T-17</TxId></Refs><Amt "          \
    "Ccy=\"EUR\">1.00</Amt>"                                                                       \
    "<CdtDbtInd>CRDT</CdtDbtInd><RltdPties><Dbtr><Pty><Nm>Example Customer "                       \
    "GmbH</Nm><PstlAdr><Ctry>DE</Ctry></PstlAdr>"                                                  \
    "</Pty></Dbtr><DbtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></DbtrAcct></"             \
    "RltdPties><RltdAgts><DbtrAgt>"                                                                \
    "<FinInstnId><BICFI>COBADEFFXXX</BICFI></FinInstnId></DbtrAgt></"                              \
    "RltdAgts><RmtInf><Ustrd>Invoice 2026-000017"                                                  \
    "</Ustrd><Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></"                         \
    "Tp><Ref>RF18539007547034</Ref></CdtrRefInf>"                                                  \
    "</Strd></RmtInf></TxDtls></NtryDtls></Ntry>\n"

/* 100,000 entries, 100 MB of XML: the memory of one, and the balances prove that every one was
 * seen. */
static void a_large_file_costs_one_entry(void **state)
{
    (void)state;
    static const char head[] =
        "<Document xmlns='" CAMT_NAMESPACE
        "08'><BkToCstmrStmt><Stmt><Id>S1</Id><Acct><Id><IBAN>DE1</IBAN></Id><Ccy>EUR</Ccy></"
        "Acct>" BALANCE("OPBD", "0.00", "CRDT", "2026-01-31")
            BALANCE("CLBD", "100000.00", "CRDT", "2026-01-31");
    struct came came =
        generated_read(head, TYPICAL_ENTRY, 1000, "</Stmt></BkToCstmrStmt></Document>");
    assert_int_equal(came.error, OK);
    long before = resident_bytes();
    int64_t start_us = monotonic_us();
    came = generated_read(head, TYPICAL_ENTRY, 100000, "</Stmt></BkToCstmrStmt></Document>");
    int64_t took_us = monotonic_us() - start_us;
    long grown = resident_bytes() - before;
    assert_hold(&came, HOLD_NONE);
    assert_int_equal(came.entries, 100000);
    assert_true(came.reading.entry_bytes_max < 8 << 10);
    print_message("%llu entries, %llu MB: %lld entries/s, %lld MB/s; one entry took %llu bytes, "
                  "memory grew by %ld KiB\n",
                  (unsigned long long)came.reading.entries,
                  (unsigned long long)(came.reading.bytes / 1000000),
                  (long long)(100000 * INT64_C(1000000) / (took_us + 1)),
                  (long long)((int64_t)came.reading.bytes / (took_us + 1)),
                  (unsigned long long)came.reading.entry_bytes_max, grown / 1024);
    assert_true(grown < 8 << 20);
}

/* One booking of 20,000 collected payments is split in one piece, in memory that is linear in them.
 */
static void a_large_batch_is_split(void **state)
{
    (void)state;
    struct came came = generated_read(
        "<Document><BkToCstmrStmt><Stmt><Id>S1</Id><Acct><Id><IBAN>DE1</IBAN></Id><Ccy>EUR</Ccy></"
        "Acct>" BALANCE("OPBD", "0.00", "CRDT", "2026-01-31")
            BALANCE("CLBD", "20000.00", "CRDT",
                    "2026-01-31") "<Ntry><Amt "
                                  "Ccy='EUR'>20000.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><NtryDtls>",
        "<TxDtls><Refs><EndToEndId>X</EndToEndId></Refs><Amt "
        "Ccy='EUR'>1.00</Amt><RltdPties><Dbtr><Nm>N</Nm></Dbtr>"
        "</RltdPties></TxDtls>",
        20000, "</NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>");
    assert_hold(&came, HOLD_NONE);
    assert_int_equal(came.reading.details, 20000);
    assert_true(came.reading.entry_bytes_max < 20000 * 2048);
    print_message("a detail took %llu bytes\n",
                  (unsigned long long)(came.reading.entry_bytes_max / 20000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(broken_xml_is_refused),
        cmocka_unit_test(refusals_keep_secrets),
        cmocka_unit_test(document_types_are_refused),
        cmocka_unit_test(limits_are_kept),
        cmocka_unit_test(new_names_without_end_are_bounded),
        cmocka_unit_test(a_source_that_fails_is_tried_again),
        cmocka_unit_test(a_descriptor_is_read),
        cmocka_unit_test(truncated_files_are_refused),
        cmocka_unit_test(a_large_file_costs_one_entry),
        cmocka_unit_test(a_large_batch_is_split),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
