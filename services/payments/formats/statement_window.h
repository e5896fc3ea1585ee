/* SPDX-License-Identifier: Apache-2.0
 * Statement window: the piece of a bank file that the XML parser sees, with a bound on how much it
 * may swallow before it says something. The parser compares every attribute of a tag with every
 * other one, so a tag of megabytes would cost hours; it must be stopped before the parser has all
 * of it. Counted are bytes and not '<' and '>', which other encodings write in other ways. */
#pragma once
#include <stdint.h>

#include "common/base/error.h"
#include "services/payments/formats/statement_source.h"

enum {
    STATEMENT_PIECE_BYTES = 64 << 10,
    STATEMENT_TAG_BYTES_MAX =
        64 << 10, /* of a comment, a CDATA section and a run of blanks around the document too */
};

struct statement_window {
    const struct statement_source *source; /* borrowed */
    char *piece;                           /* borrowed, STATEMENT_PIECE_BYTES */
    size_t piece_size, piece_taken;
    size_t
        silent_bytes; /* given since the parser last called back; it sets this to 0 when it does */
    uint64_t bytes;   /* read from the source so far */
};

/* *given receives how many of the `size` bytes were written; 0 at the end. ERR_AGAIN: the source
 * failed. ERR_TOO_LARGE: the parser stayed silent for too long. */
MUST_USE enum error statement_window_read(struct statement_window *window, char *buffer,
                                          size_t size, size_t *given);
