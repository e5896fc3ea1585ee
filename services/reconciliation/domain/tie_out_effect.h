/* SPDX-License-Identifier: Apache-2.0
 * Tie-out effect: what one event does to the receivables family (1100 + 1150 + 1190, and 2300
 * beside it), told by code paths that know nothing of each other: the events that come in, what
 * became of items and money, and the journal (REC-8). Debit is positive: an invoice +, a receipt -.
 * Each effect belongs to one document, whose three sums agree as soon as nothing of it is under
 * way. */
#pragma once
#include "billing/invoicing/v1/invoice.pb-c.h"
#include "billing/payments/v1/payment.pb-c.h"
#include "billing/reconciliation/v1/reconciliation.pb-c.h"
#include "services/reconciliation/domain/amount.h"

struct tie_out_effect {
    const char *document_id, *entity_id;
    struct money amount;         /* on the family */
    struct money bank;           /* on 1000; zero if the bank is not touched */
    const char *bank_account_id; /* "" if not */
    const char *statement_id;    /* first path only: the statement that the row stands on, or "" */
};

/* Each is false for events that it has nothing to say about. */
bool tie_out_effect_incoming(struct tie_out_effect *effect, const ProtobufCMessage *event);
bool tie_out_effect_items(struct tie_out_effect *effect, const ProtobufCMessage *event);
bool tie_out_effect_journal(struct tie_out_effect *effect,
                            const Reconciliation__JournalPosted *event);

/* What a message that is handed over, or waits, will do once it is applied: so much is missing
 * until then. */
struct tie_out_under_way {
    const char *document_id, *entity_id, *bank_account_id;
    struct money items, journal, bank;
    struct money suspense; /* leaves 2300 in the journal, and left the suspense state before */
};
bool tie_out_effect_under_way(struct tie_out_under_way *under_way, const ProtobufCMessage *message);
