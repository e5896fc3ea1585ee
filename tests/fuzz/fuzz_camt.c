/* SPDX-License-Identifier: Apache-2.0
 * Fuzz camt: any bytes as a bank file. Whatever comes, the reader ends, stays inside its memory and
 * keeps its word: booked entries have an amount and a side, texts are UTF-8, parts sum to their
 * entry, and what is called read adds up. */
#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"
#include "services/payments/formats/statement_intake.h"
#include "services/payments/formats/statement_key.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* abort, not assert: the fuzzer shall stop whatever the build defines. */
static void must(bool kept)
{
    if (!kept)
        abort();
}

static void text_must(const char *text)
{
    must(!text || utf8_valid(bytes_of_text(text), TEXT_ANY_CONTROL));
}

static void key_must(const struct statement_header *header, const struct statement_entry *entry,
                     uint32_t index)
{
    struct arena arena;
    arena_init(&arena, 1 << 16);
    const char *key = statement_entry_key(&arena, header, entry, index);
    must(key && strlen(key) < 2048);
    text_must(key);
    arena_fini(&arena);
}

static enum error on_entry(void *context, const struct statement_header *header,
                           const struct statement_entry *entry, const struct statement_split *split)
{
    (void)context;
    must(entry->amount.present && entry->side != SIDE_ABSENT && entry->ordinal > 0 &&
         entry->line > 0);
    text_must(entry->reference);
    text_must(entry->information);
    struct money sum = split->booked;
    sum.minor = 0; /* raw: zero is zero in every currency, also in none */
    for (size_t i = 0; i < split->count; i++) {
        struct statement_part part;
        must(statement_split_part(&part, split, i, NULL) == OK);
        bool against = part.side != entry->side;
        enum error error = against ? money_sub(&sum, sum, part.amount, NULL)
                                   : money_add(&sum, sum, part.amount, NULL);
        must(error == OK);
        if (i < 2)
            key_must(header, entry, part.index);
    }
    must(split->count == 0 || money_equal(sum, split->booked));
    for (size_t i = 0; i < entry->details.count; i++) {
        const struct statement_detail *detail = entry->details.items[i];
        must(detail->index == i + 1);
        text_must(detail->references.end_to_end_id);
        for (size_t line = 0; line < detail->unstructured.count; line++)
            text_must(detail->unstructured.items[line]);
        (void)statement_entry_is_return(entry, detail);
    }
    return OK;
}

static enum error on_end(void *context, const struct statement_header *header,
                         const struct statement_facts *facts,
                         const struct statement_verdict *verdict)
{
    struct money sum;
    (void)context;
    must(header->message && header->ordinal > 0);
    text_must(header->id);
    if (verdict->hold != HOLD_NONE)
        return OK;
    must(statement_account_id(&header->account) && !verdict->has_difference && facts->foreign == 0);
    must(money_add(&sum, facts->opening, facts->credits, NULL) == OK);
    must(money_sub(&sum, sum, facts->debits, NULL) == OK);
    must(money_equal(sum, facts->closing));
    return OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct statement_memory memory = {.bytes = (const char *)bytes, .size = size};
    struct statement_source source = statement_source_memory(&memory);
    struct statement_reading reading;
    struct problem problem = {0};
    enum error error = statement_intake(
        &source, &(struct statement_intake_events){.entry = on_entry, .statement_end = on_end},
        &reading, &problem);
    must(reading.bytes <= size);
    if (error != OK) {
        must(problem.error == error && problem.detail[0] != '\0');
        text_must(reading.path);
        text_must(problem.detail);
    }
    return 0;
}
