/* SPDX-License-Identifier: Apache-2.0 */
#include "services/payments/entry_command.h"

#include "common/base/text.h"
#include "services/payments/domain/check.h"
#include "services/payments/domain/entry.h"
#include "services/payments/domain/natural_key.h"
#include "services/payments/domain/payment.h"
#include "services/payments/domain/references.h"
#include "services/payments/formats/statement_key.h"

enum { NAME_BYTES_MAX = 500, CODE_BYTES_MAX = 100, TEXT_BYTES_MAX = 64 << 10 };

/* A detail that says nothing, so that no code asks for NULL. */
static const struct statement_detail no_detail;

/* One line of visible text; control characters become blanks, whole characters are kept. NULL is
 * "". */
static char *line_of(struct arena *arena, const char *text, size_t bytes_max)
{
    size_t length = text ? strlen(text) : 0;
    if (length > bytes_max)
        for (length = bytes_max; length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80;)
            length--;
    char *line = arena_copy(arena, text ? text : "", length + 1);
    line[length] = '\0';
    for (char *at = line; *at; at++) {
        if ((unsigned char)*at < ' ' || *at == 0x7F)
            *at = ' ';
        /* U+0080 to U+009F are control characters too: C2 80 to C2 9F. */
        if ((unsigned char)at[0] == 0xC2 && (unsigned char)at[1] < 0xA0 && at[1]) {
            at[0] = ' ';
            at[1] = ' ';
        }
    }
    return line;
}

static bool is_given(const char *text)
{
    return text && *text && !text_equal(text, "NOTPROVIDED") && !text_equal(text, "NONREF");
}

static const char *first_given(const char *const *texts, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (is_given(texts[i]))
            return texts[i];
    return "";
}

/* ---- what the bank calls it ---- */

static const struct statement_code *code_of(const struct statement_entry *entry,
                                            const struct statement_detail *detail)
{
    return detail->code.domain || detail->code.proprietary ? &detail->code : &entry->code;
}

static const char *transaction_code(struct arena *arena, const struct statement_code *code)
{
    if (code->domain && code->family && code->subfamily)
        return line_of(arena,
                       arena_text(arena, "%s/%s/%s", code->domain, code->family, code->subfamily),
                       CODE_BYTES_MAX);
    return line_of(arena, code->domain ? code->domain : code->proprietary, CODE_BYTES_MAX);
}

/* By the families of ISO 20022's external bank transaction codes. */
static Payments__PaymentMethod method_of(const struct statement_code *code)
{
    static const struct {
        const char *family;
        Payments__PaymentMethod method;
    } families[] = {
        {"IDDT", PAYMENT_METHOD_DIRECT_DEBIT}, {"RDDT", PAYMENT_METHOD_DIRECT_DEBIT},
        {"CCRD", PAYMENT_METHOD_CARD},         {"MCRD", PAYMENT_METHOD_CARD},
        {"RCHQ", PAYMENT_METHOD_CHEQUE},       {"ICHQ", PAYMENT_METHOD_CHEQUE},
        {"CNTR", PAYMENT_METHOD_CASH},
    };
    for (size_t i = 0; code->family && i < sizeof families / sizeof *families; i++)
        if (text_equal(code->family, families[i].family))
            return families[i].method;
    return PAYMENT_METHOD_BANK_TRANSFER;
}

/* ---- returns ---- */

static const char *return_reason(struct arena *arena, const struct statement_entry *entry,
                                 const struct statement_detail *detail)
{
    if (detail->returned && is_given(detail->returned->reason))
        return line_of(arena, detail->returned->reason, CODE_BYTES_MAX);
    if (detail->returned && is_given(detail->returned->reason_proprietary))
        return line_of(arena, detail->returned->reason_proprietary, CODE_BYTES_MAX);
    return entry->reversal ? "REVERSAL" : "UNSPECIFIED";
}

/* In the order of how much they say about the original. */
static void originals_put(struct arena *arena, Payments__IngestEntry *command,
                          const struct statement_entry *entry,
                          const struct statement_detail *detail)
{
    const struct statement_references *given = &detail->references;
    const char *const texts[] = {given->end_to_end_id,
                                 given->transaction_id,
                                 given->servicer_ref,
                                 given->clearing_ref,
                                 given->instruction_id,
                                 given->uetr,
                                 given->servicer_transaction_id,
                                 entry->servicer_ref};
    struct references found = {.arena = arena};
    enum { TEXTS = sizeof texts / sizeof *texts };
    command->original_references = arena_get(arena, TEXTS * sizeof *command->original_references);
    for (size_t i = 0; i < TEXTS; i++) {
        if (!is_given(texts[i]) || strlen(texts[i]) > CHECK_REFERENCE_BYTES_MAX ||
            references_has(&found, texts[i]))
            continue;
        char *kept = line_of(arena, texts[i], CHECK_REFERENCE_BYTES_MAX);
        found.texts[found.n++] = kept;
        command->original_references[command->n_original_references++] = kept;
    }
}

static void return_put(struct arena *arena, Payments__IngestEntry *command,
                       const struct statement_entry *entry, const struct statement_detail *detail)
{
    command->return_reason_code = return_reason(arena, entry, detail);
    command->return_reference = is_given(detail->references.return_id)
                                    ? line_of(arena, detail->references.return_id, CODE_BYTES_MAX)
                                    : command->natural_key;
    originals_put(arena, command, entry, detail);
}

/* ---- what the payer says ---- */

/* The lines of the free text; a number may be cut by the end of a line, so they are also scanned
 * without the cuts. */
static char *text_of(struct arena *arena, const struct statement_entry *entry,
                     const struct statement_detail *detail, struct references *references,
                     struct references *creditor)
{
    size_t size = 1, n = 0;
    const char *information = detail->information ? detail->information : entry->information;
    for (; n < detail->unstructured.count && size < TEXT_BYTES_MAX; n++)
        size += strlen(detail->unstructured.items[n]) + 1;
    size += information ? strlen(information) + 1 : 0;
    char *text = arena_zero(arena, size), *joined = arena_zero(arena, size);
    struct text_buffer lines = text_buffer_on(text, size), whole = text_buffer_on(joined, size);
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            text_buffer_add_character(&lines, '\n');
        text_buffer_add(&lines, detail->unstructured.items[i]);
        text_buffer_add(&whole, detail->unstructured.items[i]);
    }
    if (n == 0 && information)
        text_buffer_add(&lines, information);
    references_scan(references, creditor, text);
    if (n > 1)
        references_scan(references, creditor, joined);
    return text;
}

static void structured_scan(const struct statement_detail *detail, struct references *references,
                            struct references *creditor)
{
    for (size_t i = 0; i < detail->structured.count; i++) {
        const struct statement_structured *structured = detail->structured.items[i];
        if (is_given(structured->creditor_reference))
            references_add(creditor, structured->creditor_reference);
        for (size_t k = 0; k < structured->documents.count; k++)
            if (is_given(structured->documents.items[k]->number)) {
                references_add(references, structured->documents.items[k]->number);
                references_scan(references, NULL, structured->documents.items[k]->number);
            }
        for (size_t k = 0; k < structured->additional.count; k++)
            references_scan(references, creditor, structured->additional.items[k]);
    }
}

static void seal_later(struct entry_command *out, struct arena *arena, const char *subject_id,
                       const char *kind, const char *text, size_t bytes_max, Common__Sealed **field)
{
    char *line = line_of(arena, text, bytes_max);
    if (!*line)
        return;
    *field = arena_new(arena, Common__Sealed, COMMON__SEALED__INIT);
    out->sealings[out->n_sealings++] = (struct sealing){subject_id, kind, line, *field};
}

static const char *party_account(const struct statement_party *party)
{
    if (!party)
        return NULL;
    return party->iban ? party->iban : party->other_id;
}

static void payer_put(struct arena *arena, struct entry_command *out,
                      const struct statement_entry *entry, const struct statement_detail *detail)
{
    Payments__IngestEntry *command = out->command;
    const char *id = payment_id_of(arena, command->natural_key);
    struct references references = {.arena = arena}, creditor = {.arena = arena};
    Payments__Remittance *remittance =
        arena_new(arena, Payments__Remittance, PAYMENTS__REMITTANCE__INIT);
    structured_scan(detail, &references, &creditor);
    char *text = text_of(arena, entry, detail, &references, &creditor);
    remittance->n_references_in_text = references.n;
    remittance->references_in_text =
        arena_copy(arena, references.texts, references.n * sizeof *references.texts);
    remittance->n_creditor_references = creditor.n;
    remittance->creditor_references =
        arena_copy(arena, creditor.texts, creditor.n * sizeof *creditor.texts);
    if (is_given(detail->references.end_to_end_id))
        remittance->end_to_end_id =
            line_of(arena, detail->references.end_to_end_id, CHECK_REFERENCE_BYTES_MAX);
    if (is_given(detail->references.mandate_id))
        remittance->mandate_id =
            line_of(arena, detail->references.mandate_id, CHECK_REFERENCE_BYTES_MAX);
    command->remittance = remittance;
    const struct statement_party *payer = detail->debtor ? detail->debtor : detail->ultimate_debtor;
    seal_later(out, arena, id, PAYMENT_SEALED_NAME, payer ? payer->name : NULL, NAME_BYTES_MAX,
               &command->payer_name);
    seal_later(out, arena, id, PAYMENT_SEALED_ACCOUNT, party_account(detail->debtor),
               NAME_BYTES_MAX, &command->payer_account);
    seal_later(out, arena, id, PAYMENT_SEALED_TEXT, text, PERSONAL_DATA_TEXT_MAX,
               &remittance->text);
}

/* ---- the row ---- */

/* Years before 1900 and after 2999 are how some banks write that there is none. */
static bool is_day(const struct statement_date *date)
{
    int32_t year = date->present ? date_civil(date->date).year : 0;
    return year >= 1900 && year < 3000;
}

static Common__Date *date_of(struct arena *arena, const struct statement_date *first,
                             const struct statement_date *second, struct date otherwise)
{
    const struct statement_date *date = is_day(first) ? first : second;
    return date_to_message(arena, is_day(date) ? date->date : otherwise);
}

enum error entry_command_make(struct arena *arena, const struct entry_owner *owner,
                              const struct statement_header *header,
                              const struct statement_entry *entry,
                              const struct statement_part *part, struct entry_command *out,
                              bool *made, struct problem *problem)
{
    const struct statement_detail *detail = part->detail ? part->detail : &no_detail;
    struct money amount;
    enum error error = statement_amount_signed(&amount, part->amount, part->side, problem);
    *made = error == OK && !money_is_zero(amount);
    if (!*made)
        return error;
    Payments__IngestEntry *command =
        arena_new(arena, Payments__IngestEntry, PAYMENTS__INGEST_ENTRY__INIT);
    *out = (struct entry_command){.command = command};
    command->statement_id = owner->statement_id;
    command->bank_account_id = owner->bank_account_id;
    command->entity_id = owner->entity_id;
    command->natural_key = statement_entry_key(arena, header, entry, part->index);
    command->amount = money_to_message(arena, amount);
    command->booking_date = date_of(arena, &entry->booked, &entry->value, owner->closing);
    command->value_date = date_of(arena, &entry->value, &entry->booked, owner->closing);
    command->transaction_code = transaction_code(arena, code_of(entry, detail));
    command->method = method_of(code_of(entry, detail));
    const char *const references[] = {detail->references.servicer_ref, entry->servicer_ref,
                                      detail->references.transaction_id};
    command->bank_reference =
        line_of(arena, first_given(references, sizeof references / sizeof *references),
                CHECK_REFERENCE_BYTES_MAX);
    if (statement_entry_is_return(entry, part->detail))
        return_put(arena, command, entry, detail);
    if (entry_classify(command) == ENTRY_RECEIPT)
        payer_put(arena, out, entry, detail);
    return OK;
}
