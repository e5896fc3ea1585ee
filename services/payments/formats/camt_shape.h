/* SPDX-License-Identifier: Apache-2.0
 * camt shape: which elements of a camt.053 we read, where they stand in each version 001.01 to
 * 001.14, and which field of a statement each one fills. One table for all versions: a name that
 * moved is listed at both places, since no version gives it another meaning. Elements that are not
 * listed are skipped with all that is inside them. Source: the ISO 20022 schemas camt.053.001.01 to
 * camt.053.001.14. */
#pragma once
#include <stddef.h>

enum shape_kind {
    SHAPE_WITHIN,    /* only groups: its children fill the same object, from `offset` on */
    SHAPE_OBJECT,    /* its children fill an object that a pointer at `offset` leads to; made when
                        first met */
    SHAPE_LIST,      /* its children fill a new object at the end of the list at `offset` */
    SHAPE_MESSAGE,   /* the group header */
    SHAPE_STATEMENT, /* one account's statement */
    SHAPE_ENTRY,     /* one booking */
    SHAPE_DETAIL,    /* as LIST, and numbered */
    SHAPE_BALANCE,   /* as LIST, and with its line */
    SHAPE_TEXT,      /* const char *; the first one counts */
    SHAPE_TEXTS,     /* struct statement_texts; every one */
    SHAPE_AMOUNT,    /* struct statement_amount; refused when it cannot be kept exactly */
    SHAPE_AMOUNT_NOTED, /* the same for amounts that nothing is booked from: left out and counted
                           instead */
    SHAPE_DATE,         /* struct statement_date; refused when there is no such day */
    SHAPE_DATE_NOTED,   /* left out and counted instead */
    SHAPE_TIME,         /* struct statement_time; left out and counted when unreadable */
    SHAPE_NUMBER,       /* struct statement_number; left out and counted when unreadable */
    SHAPE_FLAG,         /* bool; refused when neither true nor false */
    SHAPE_SIDE,         /* enum statement_side; refused when neither CRDT nor DBIT */
    SHAPE_STATUS,       /* the entry's status and status_code */
    SHAPE_CURRENCY,     /* struct currency; left out when unknown */
};

struct shape;

/* A field named "" takes the text of the element whose shape lists it, when it has no children that
 * we know: dates and states are plain text in some versions and a choice of children in others. */
struct shape_field {
    const char *name;
    enum shape_kind kind;
    size_t offset;
    const struct shape *inside; /* NULL for scalars */
};

struct shape {
    const struct shape_field *fields;
    size_t count;
    size_t object_size; /* of what OBJECT and LIST make */
};

/* The content of BkToCstmrStmt. */
extern const struct shape camt_message_shape;
/* Its parts, for what is made outside tables. */
extern const struct shape camt_statement_shape, camt_entry_shape;

/* NULL: not one that we read. */
const struct shape_field *shape_find(const struct shape *shape, const char *name);
