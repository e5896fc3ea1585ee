/* SPDX-License-Identifier: Apache-2.0
 * Statement reader: reads an ISO 20022 camt.053, version 001.01 to 001.14 or without a namespace,
 * one entry at a time (handbook REC-7). camt.052 and camt.054 are recognised and answered
 * ERR_UNSUPPORTED 'not read yet'.
 *
 * It calls back instead of being pulled, because the XML parser drives: memory is one entry (with
 * its details), the header of the statement and the parser's window, whatever the size of the file.
 * Nothing that callbacks saw counts before statement_read returned OK: a file may break off at its
 * last line, and a broken file is refused whole.
 *
 * Safe on hostile files: no network, no external entity, no document type at all, no entity but the
 * five of XML; depth, size of a tag (statement_window.h), of a text and of an entry are bounded.
 *
 * XML that the schema would refuse is read as long as what is booked from it is certain; the schema
 * is not applied, since banks break it daily in ways that do not matter. */
#pragma once
#include "services/payments/formats/statement.h"
#include "services/payments/formats/statement_source.h"

enum {
    STATEMENT_FORMAT_SIZE = 32,
    STATEMENT_PATH_SIZE = 128,
    STATEMENT_DEPTH_MAX = 64,
    STATEMENT_NAMES_MAX = 16 << 10, /* different names of elements, attributes and prefixes */
    STATEMENT_TEXT_BYTES_MAX = 64 << 10,
    STATEMENT_HEADER_BYTES_MAX = 4 << 20, /* message and one statement without its entries */
    STATEMENT_ENTRY_BYTES_MAX =
        256 << 20, /* address space; a batch of 100,000 details takes about 130 MB of it */
};

/* Any callback may be NULL. One that does not return OK ends the reading with its error; it fills
 * the problem of its own. `statement` comes before the first entry and knows what the file said
 * until then (in the schema's order: all but nothing); `statement_end` always comes and knows all.
 */
struct statement_events {
    void *context;
    enum error (*statement)(void *context, const struct statement_header *header);
    enum error (*entry)(void *context, const struct statement_header *header,
                        const struct statement_entry *entry);
    enum error (*statement_end)(void *context, const struct statement_header *header);
};

/* What was read, also when it ended in an error: then line and path say where. */
struct statement_reading {
    char format[STATEMENT_FORMAT_SIZE]; /* "camt.053.001.08"; "camt.053" without a version; "" if
                                           not recognised */
    uint32_t statements;
    uint64_t entries, details, bytes;
    uint64_t line;                  /* of the error; 0 if none */
    char path[STATEMENT_PATH_SIZE]; /* "BkToCstmrStmt/Stmt[1]/Ntry[3]/Amt": elements from the
                                       container on */
    uint64_t entry_bytes_max;       /* the largest entry in memory */
};

/* ERR_MALFORMED   not XML, a document type, a value that is not of its form, a side that is neither
 * CRDT nor DBIT ERR_MISSING     an entry without amount or side, an amount without currency
 * ERR_RANGE       an amount with more decimals than its currency has, too large, or of no known
 * currency ERR_TOO_LARGE   a limit above ERR_UNSUPPORTED another message than a camt.053, or a
 * version after 001.14 ERR_AGAIN       the source could not be read or what a callback returned.
 * problem->field is the path, problem->detail names the line. */
MUST_USE enum error statement_read(const struct statement_source *source,
                                   const struct statement_events *events,
                                   struct statement_reading *reading, struct problem *problem);
