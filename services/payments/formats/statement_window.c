/* SPDX-License-Identifier: Apache-2.0 */
#include "services/payments/formats/statement_window.h"

#include <string.h>

enum error statement_window_read(struct statement_window *window, char *buffer, size_t size,
                                 size_t *given)
{
    *given = 0;
    if (window->silent_bytes > STATEMENT_TAG_BYTES_MAX)
        return ERR_TOO_LARGE;
    if (window->piece_taken == window->piece_size) {
        long got =
            window->source->read(window->source->context, window->piece, STATEMENT_PIECE_BYTES);
        if (got < 0)
            return ERR_AGAIN;
        window->piece_size = (size_t)got;
        window->piece_taken = 0;
        window->bytes += (uint64_t)got;
    }
    size_t left = window->piece_size - window->piece_taken;
    *given = left < size ? left : size;
    memcpy(buffer, window->piece + window->piece_taken, *given);
    window->piece_taken += *given;
    window->silent_bytes += *given;
    return OK;
}
