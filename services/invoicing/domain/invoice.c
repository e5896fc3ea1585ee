/* SPDX-License-Identifier: Apache-2.0 */
#include "services/invoicing/domain/invoice.h"

#include <assert.h>

#include "services/invoicing/domain/document_number.h"
#include "services/invoicing/domain/document_terms.h"
#include "services/invoicing/domain/kinds.h"
#include "services/invoicing/domain/transition.h"

enum {
    TYPE_INVOICE = 380,              /* UNTDID 1001 */
    DOCUMENT_BYTES_MAX = 448 * 1024, /* a record holds 512 KiB with its header */
    LINES_SURELY_SMALL = 20,         /* as many of the largest lines fit without counting */
};

static const char *const states[] = {"none", "issued", "cancelled"};

static const struct transition transitions[] = {
    {INVOICE_STATUS_UNSPECIFIED, "InvoiceIssued", INVOICE_STATUS_ISSUED,
     "the customer owes the total; from here on the document is immutable (INV-16)"},
    {INVOICE_STATUS_ISSUED, "InvoiceCredited", INVOICE_STATUS_ISSUED,
     "a credit note took back a part, never more than was billed in its tax group (INV-16)"},
    {INVOICE_STATUS_ISSUED, "InvoiceCancelled", INVOICE_STATUS_CANCELLED,
     "everything is credited; the number stays used (INV-17)"},
};

const struct state_machine invoice_machine = {"invoice", states, sizeof states / sizeof *states,
                                              transitions,
                                              sizeof transitions / sizeof *transitions};

void invoice_source_key(char key[INVOICE_SOURCE_KEY_SIZE], const char *account_id,
                        const char *source_reference)
{
    struct text_buffer text = text_buffer_on(key, INVOICE_SOURCE_KEY_SIZE);
    if (!*source_reference)
        return;
    text_buffer_add(&text, account_id);
    text_buffer_add_character(&text, '/');
    text_buffer_add(&text, source_reference);
}

struct money invoice_amount(const Common__Money *message, const char *currency)
{
    struct money money = {0};
    struct currency known;
    enum error error = currency_parse(&known, currency, NULL);
    assert(error == OK);
    if (!message)
        return money_zero(known);
    error = money_from_message(&money, message, NULL);
    assert(error == OK);
    return money;
}

/* ---- composing ---- */

static Invoicing__Seller *seller_of(struct arena *arena, const Invoicing__LegalEntity *entity,
                                    bool vat_outside_scope)
{
    Invoicing__Seller *seller = arena_new(arena, Invoicing__Seller, INVOICING__SELLER__INIT);
    seller->name = entity->name;
    seller->vat_id = vat_outside_scope ? "" : entity->vat_id;
    seller->country = entity->country;
    seller->address = entity->address;
    seller->iban = entity->n_ibans ? entity->ibans[0] : "";
    return seller;
}

static Invoicing__Buyer *buyer_of(struct arena *arena, const Invoicing__CustomerState *customer,
                                  bool vat_outside_scope)
{
    Invoicing__Buyer *buyer = arena_new(arena, Invoicing__Buyer, INVOICING__BUYER__INIT);
    buyer->name = customer->name;
    buyer->address = customer->address;
    buyer->vat_id = vat_outside_scope ? "" : customer->vat_id;
    buyer->country = customer->country;
    return buyer;
}

static void document_fill(Invoicing__InvoiceIssued *issued, const struct document *document)
{
    issued->lines = document->lines;
    issued->n_lines = document->n_lines;
    issued->adjustments = document->adjustments;
    issued->n_adjustments = document->n_adjustments;
    issued->tax_lines = document->tax_lines;
    issued->n_tax_lines = document->n_tax_lines;
    issued->totals = document->totals;
    issued->period_start = document->period_start;
    issued->period_end = document->period_end;
}

static void draft_fill(Invoicing__InvoiceIssued *issued, const struct invoice_draft *draft)
{
    const Invoicing__AccountState *account = draft->account;
    issued->invoice_id = draft->invoice_id;
    issued->account_id = account->account_id;
    issued->customer_id = account->customer_id;
    issued->entity_id = account->entity_id;
    issued->type_code = TYPE_INVOICE;
    issued->currency = account->currency;
    issued->terms = draft->terms ? draft->terms : account->terms;
    issued->tax_rounding = draft->entity->tax_rounding;
    issued->buyer_reference = account->buyer_reference;
    issued->purchase_order_reference = account->purchase_order_reference;
    issued->account_number = account->account_number;
    issued->source_reference = draft->source_reference ? draft->source_reference : "";
    issued->note = draft->note ? draft->note : "";
    issued->bill_run_id = draft->bill_run_id ? draft->bill_run_id : "";
    issued->cycle_key = draft->cycle_key ? draft->cycle_key : "";
    if (draft->period_start) {
        issued->period_start = draft->period_start;
        issued->period_end = draft->period_end;
    }
}

/* An event that cannot be published would block its feed, so it is refused before it exists. */
static bool size_check(struct fault *fault, const Invoicing__InvoiceIssued *issued)
{
    if (issued->n_lines <= LINES_SURELY_SMALL && !issued->n_adjustments)
        return true;
    size_t size = protobuf_c_message_get_packed_size(&issued->base);
    return size <= DOCUMENT_BYTES_MAX ||
           fault_set(fault, &REFUSAL_DOCUMENT_TOO_LARGE, NULL, "lines", "%zu bytes, at most %d",
                     size, DOCUMENT_BYTES_MAX);
}

bool invoice_compose(struct fault *fault, struct deciding *deciding,
                     const struct invoice_draft *draft, Invoicing__InvoiceIssued **result)
{
    struct arena *arena = deciding->arena;
    const Invoicing__LegalEntity *entity = draft->entity;
    struct document_request request = {
        .tax_rounding = entity->tax_rounding,
        .lines = draft->lines,
        .n_lines = draft->n_lines,
        .adjustments = draft->adjustments,
        .n_adjustments = draft->n_adjustments,
        .prepaid = draft->prepaid,
    };
    struct document document;
    struct date issue, due;
    if (!check_currency(fault, NULL, "currency", draft->account->currency, &request.currency) ||
        !document_compute(&document, &request, fault) ||
        !document_parties_check(&document, entity->vat_id, draft->customer->vat_id, fault) ||
        !document_issue_date(fault, deciding, entity, draft->issue_date, &issue))
        return false;

    Invoicing__InvoiceIssued *issued =
        arena_new(arena, Invoicing__InvoiceIssued, INVOICING__INVOICE_ISSUED__INIT);
    document_fill(issued, &document);
    draft_fill(issued, draft);
    issued->seller = seller_of(arena, entity, document.vat_outside_scope);
    issued->buyer = buyer_of(arena, draft->customer, document.vat_outside_scope);
    if (!document_terms_due(fault, issued->terms, issue, &due) || !size_check(fault, issued))
        return false;
    issued->issue_date = date_to_message(arena, issue);
    issued->due_date = date_to_message(arena, due);
    if (!document_number_take(fault, deciding, entity, SERIES_INVOICE, issue, &issued->number,
                              &issued->creditor_reference))
        return false;
    deciding_books(deciding, entity->entity_id, issue.days, 0);
    *result = issued;
    return true;
}

bool invoice_parties(struct fault *fault, const struct deciding *deciding,
                     const Invoicing__AccountState *account, const char *entity_id,
                     const char *customer_id, struct invoice_draft *draft)
{
    if (!text_equal(entity_id, account->entity_id))
        return fault_set(fault, &REFUSAL_ACCOUNT_MISMATCH, NULL, "entity_id", NULL);
    if (!text_equal(customer_id, account->customer_id))
        return fault_set(fault, &REFUSAL_ACCOUNT_MISMATCH, NULL, "customer_id", NULL);
    const Invoicing__LegalEntityState *entity =
        deciding_state(deciding, KIND_LEGAL_ENTITY, entity_id);
    draft->customer = deciding_state(deciding, KIND_CUSTOMER, customer_id);
    if (!entity)
        return fault_set(fault, &REFUSAL_ENTITY_NOT_FOUND, NULL, "entity_id", NULL);
    if (!draft->customer)
        return fault_set(fault, &REFUSAL_CUSTOMER_NOT_FOUND, NULL, "customer_id", NULL);
    draft->account = account;
    draft->entity = entity->entity;
    return true;
}

/* ---- issue ---- */

void invoice_issue_declare(struct declaring *declaring, const Invoicing__IssueInvoice *command)
{
    declare_key(declaring, command->account_id);
    declare_stream(declaring, KIND_INVOICE, command->invoice_id);
    declare_stream(declaring, KIND_ACCOUNT, command->account_id);
    declare_stream(declaring, KIND_LEGAL_ENTITY, command->entity_id);
    declare_stream(declaring, KIND_CUSTOMER, command->customer_id);
    char key[INVOICE_SOURCE_KEY_SIZE];
    invoice_source_key(key, command->account_id, command->source_reference);
    declare_look_up(declaring, INDEX_SOURCE_REFERENCE, arena_copy_text(declaring->arena, key));
    declare_series(declaring, command->entity_id, SERIES_INVOICE);
}

static bool issue_check(struct fault *fault, const struct deciding *deciding,
                        const Invoicing__IssueInvoice *command, struct invoice_draft *draft)
{
    const struct stream_ref *refs;
    if (!check_id(fault, NULL, "invoice_id", command->invoice_id) ||
        !check_text(fault, NULL, "source_reference", command->source_reference, REFERENCE_BYTES_MAX,
                    TEXT_NO_CONTROL) ||
        !check_text(fault, NULL, "note", command->note, NOTE_BYTES_MAX, TEXT_LINES) ||
        (command->terms && !document_terms_check(fault, "terms", command->terms)))
        return false;
    const Invoicing__AccountState *account =
        deciding_state(deciding, KIND_ACCOUNT, command->account_id);
    if (!account)
        return fault_set(fault, &REFUSAL_ACCOUNT_NOT_FOUND, NULL, "account_id", NULL);
    if (deciding_state(deciding, KIND_INVOICE, command->invoice_id))
        return fault_set(fault, &REFUSAL_INVOICE_EXISTS, NULL, "invoice_id", NULL);
    char key[INVOICE_SOURCE_KEY_SIZE];
    invoice_source_key(key, command->account_id, command->source_reference);
    if (deciding_look_up(deciding, INDEX_SOURCE_REFERENCE, key, &refs))
        return fault_set(fault, &REFUSAL_DUPLICATE_SOURCE_REFERENCE, NULL, "source_reference",
                         "invoice %s has it", refs[0].id);
    return invoice_parties(fault, deciding, account, command->entity_id, command->customer_id,
                           draft);
}

void invoice_issue_decide(struct deciding *deciding, const Invoicing__IssueInvoice *command)
{
    struct fault fault = fault_none(deciding->arena);
    struct invoice_draft draft = {
        .invoice_id = command->invoice_id,
        .lines = command->lines,
        .n_lines = command->n_lines,
        .adjustments = command->adjustments,
        .n_adjustments = command->n_adjustments,
        .prepaid = command->prepaid,
        .terms = command->terms,
        .issue_date = command->issue_date,
        .source_reference = command->source_reference,
        .note = command->note,
    };
    Invoicing__InvoiceIssued *issued;
    if (!issue_check(&fault, deciding, command, &draft) ||
        !invoice_compose(&fault, deciding, &draft, &issued)) {
        fault_refuse(&fault, deciding);
        return;
    }
    deciding_emit(deciding, KIND_INVOICE, command->invoice_id, &issued->base);
}

/* ---- evolve ---- */

void invoice_evolve_issued(struct arena *arena, Invoicing__InvoiceState *state,
                           const Invoicing__InvoiceIssued *event)
{
    (void)arena;
    state->status = INVOICE_STATUS_ISSUED;
    state->document = (Invoicing__InvoiceIssued *)event;
    state->entity_id = event->entity_id;
}

static Common__Money *sum_of(struct arena *arena, const Common__Money *left,
                             const Common__Money *right, const char *currency)
{
    struct money sum;
    enum error error =
        money_add(&sum, invoice_amount(left, currency), invoice_amount(right, currency), NULL);
    assert(error == OK);
    return money_to_message(arena, sum);
}

static bool same_group(const Invoicing__CreditedGroup *left, const Invoicing__CreditedGroup *right)
{
    return left->category == right->category && left->rate_ppm == right->rate_ppm &&
           text_equal(left->authority, right->authority);
}

static void group_add(struct arena *arena, Invoicing__InvoiceState *state,
                      const Invoicing__CreditedGroup *group)
{
    const char *currency = state->document->currency;
    size_t at = 0;
    while (at < state->n_credited && !same_group(state->credited[at], group))
        at++;
    Invoicing__CreditedGroup *sum = arena_copy(arena, group, sizeof *group);
    if (at == state->n_credited) {
        arena_append(arena, state->n_credited, state->credited, sum);
        return;
    }
    const Invoicing__CreditedGroup *before = state->credited[at];
    sum->taxable_amount = sum_of(arena, before->taxable_amount, group->taxable_amount, currency);
    sum->tax = sum_of(arena, before->tax, group->tax, currency);
    state->credited = arena_copy(arena, state->credited, state->n_credited * sizeof(void *));
    state->credited[at] = sum;
}

void invoice_evolve_credited(struct arena *arena, Invoicing__InvoiceState *state,
                             const Invoicing__InvoiceCredited *event)
{
    for (size_t i = 0; i < event->n_groups; i++)
        group_add(arena, state, event->groups[i]);
    state->credited_total =
        sum_of(arena, state->credited_total, event->total, state->document->currency);
    arena_append(arena, state->n_credit_note_ids, state->credit_note_ids,
                 (void *)(uintptr_t)event->credit_note_id);
}

void invoice_evolve_cancelled(struct arena *arena, Invoicing__InvoiceState *state,
                              const Invoicing__InvoiceCancelled *event)
{
    (void)arena;
    (void)event;
    state->status = INVOICE_STATUS_CANCELLED;
}
