/* SPDX-License-Identifier: Apache-2.0
 * Camt check: bank files written in tests as text, and what the reader made of them. */
#pragma once
#include "money_check.h"

#include "services/payments/formats/statement_intake.h"
#include "services/payments/formats/statement_key.h"

#define CAMT_NAMESPACE "urn:iso:std:iso:20022:tech:xsd:camt.053.001."
#define CAMT(version, content)                                                                     \
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"" CAMT_NAMESPACE version        \
    "\"><BkToCstmrStmt>"                                                                           \
    "<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-01-31T18:00:00+01:00</CreDtTm></GrpHdr>" content       \
    "</BkToCstmrStmt></Document>"
#define STATEMENT(content)                                                                         \
    "<Stmt><Id>S1</Id><Acct><Id><IBAN>DE89370400440532013000</IBAN></Id><Ccy>EUR</Ccy></"          \
    "Acct>" content "</Stmt>"
#define BALANCE(code, amount, side, day)                                                           \
    "<Bal><Tp><CdOrPrtry><Cd>" code "</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">" amount               \
    "</Amt><CdtDbtInd>" side "</CdtDbtInd><Dt><Dt>" day "</Dt></Dt></Bal>"
#define ENTRY(amount, side, rest)                                                                  \
    "<Ntry><Amt Ccy=\"EUR\">" amount "</Amt><CdtDbtInd>" side "</CdtDbtInd><Sts>BOOK</Sts>" rest   \
    "</Ntry>"

typedef void entry_test(const struct statement_header *header, const struct statement_entry *entry,
                        const struct statement_split *split);
typedef void end_test(const struct statement_header *header, const struct statement_facts *facts,
                      const struct statement_verdict *verdict);

/* What a reading left behind. */
struct came {
    enum error error;
    struct statement_reading reading;
    struct problem problem;
    size_t entries, ends;
    struct statement_verdict verdict; /* of the last statement */
    struct statement_facts facts;     /* its balances point nowhere any more */
    entry_test *on_entry;
    end_test *on_end;
};

static enum error came_entry(void *context, const struct statement_header *header,
                             const struct statement_entry *entry,
                             const struct statement_split *split)
{
    struct came *came = context;
    came->entries++;
    if (came->on_entry)
        came->on_entry(header, entry, split);
    return OK;
}

static enum error came_end(void *context, const struct statement_header *header,
                           const struct statement_facts *facts,
                           const struct statement_verdict *verdict)
{
    struct came *came = context;
    came->ends++;
    came->verdict = *verdict;
    came->facts = *facts;
    if (came->on_end)
        came->on_end(header, facts, verdict);
    return OK;
}

static inline struct came camt_read_bytes(const char *bytes, size_t size, entry_test *on_entry,
                                          end_test *on_end)
{
    struct came came = {.on_entry = on_entry, .on_end = on_end};
    struct statement_memory memory = {.bytes = bytes, .size = size};
    struct statement_source source = statement_source_memory(&memory);
    came.error =
        statement_intake(&source,
                         &(struct statement_intake_events){
                             .context = &came, .entry = came_entry, .statement_end = came_end},
                         &came.reading, &came.problem);
    return came;
}

static inline struct came camt_read(const char *text, entry_test *on_entry, end_test *on_end)
{
    return camt_read_bytes(text, strlen(text), on_entry, on_end);
}

/* NULL means: the file does not say. */
#define assert_text(came_, expected_)                                                              \
    do {                                                                                           \
        const char *text_came_ = (came_), *text_expected_ = (expected_);                           \
        if (!text_expected_)                                                                       \
            assert_null(text_came_);                                                               \
        else if (!text_came_)                                                                      \
            fail_msg("%s: expected \"%s\", came nothing", #came_, text_expected_);                 \
        else                                                                                       \
            assert_string_equal(text_came_, text_expected_);                                       \
    } while (0)

#define assert_amount(amount_, expected_)                                                          \
    do {                                                                                           \
        assert_true((amount_).present);                                                            \
        assert_money((amount_).money, (expected_));                                                \
    } while (0)

#define assert_day(date_, expected_)                                                               \
    do {                                                                                           \
        assert_true((date_).present);                                                              \
        assert_int_equal((date_).date.days, date_read(expected_).days);                            \
    } while (0)

/* Refused, with this error, at this line and path; the problem says both. */
static inline void assert_refused_at(const struct came *came, enum error error, uint64_t line,
                                     const char *path)
{
    char named[32];
    check_error(came->error, error, "statement_intake", __FILE__, __LINE__);
    if (path)
        assert_string_equal(came->reading.path, path);
    assert_int_equal(came->reading.line, line);
    assert_int_equal(came->problem.error, error);
    assert_string_equal(came->problem.field, came->reading.path);
    snprintf(named, sizeof named, "line %llu:", (unsigned long long)line);
    if (!strstr(came->problem.detail, named))
        fail_msg("expected \"%s\" in the problem, came \"%s\"", named, came->problem.detail);
}

static inline void assert_hold(const struct came *came, enum statement_hold expected)
{
    if (came->error != OK)
        print_error("refused at line %llu: %s\n", (unsigned long long)came->reading.line,
                    came->problem.detail);
    assert_int_equal(came->error, OK);
    if (came->verdict.hold != expected)
        fail_msg("expected %s, came %s", statement_hold_code(expected),
                 statement_hold_code(came->verdict.hold));
}
