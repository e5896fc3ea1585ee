/* SPDX-License-Identifier: Apache-2.0 */
#include "services/payments/domain/natural_key.h"

#include "billing/payments/v1/payment.pb-c.h"
#include "common/base/text.h"
#include "common/identity/uuid.h"

enum { NUMBER_CHARACTERS_MAX = 34 };

static char *id_text(struct arena *arena, struct uuid uuid)
{
    char text[UUID_TEXT_SIZE];
    uuid_format(text, uuid);
    return arena_copy_text(arena, text);
}

const char *natural_key_method(int method)
{
    switch ((Payments__PaymentMethod)method) {
    case PAYMENT_METHOD_BANK_TRANSFER:
        return "BANK_TRANSFER";
    case PAYMENT_METHOD_CASH:
        return "CASH";
    case PAYMENT_METHOD_CHEQUE:
        return "CHEQUE";
    case PAYMENT_METHOD_CARD:
        return "CARD";
    case PAYMENT_METHOD_DIRECT_DEBIT:
        return "DIRECT_DEBIT";
    case PAYMENT_METHOD_OTHER:
        return "OTHER";
    case PAYMENT_METHOD_UNSPECIFIED:
        break;
    }
    return NULL;
}

char *natural_key_manual(struct arena *arena, const char *entity_id, int method,
                         const char *source_reference)
{
    struct bytes trimmed = bytes_trimmed(bytes_of_text(source_reference));
    const char *name = natural_key_method(method);
    char *reference = arena_zero(arena, trimmed.size + 1);
    memcpy(reference, trimmed.data, trimmed.size);
    text_upper(reference);
    return arena_text(arena, "manual|%s|%s|%s", entity_id, name ? name : "", reference);
}

char *payment_id_of(struct arena *arena, const char *natural_key)
{
    return id_text(arena, uuid_derive_text("payment", natural_key, NULL));
}

char *bank_movement_id_of(struct arena *arena, const char *natural_key)
{
    return id_text(arena, uuid_derive_text("bank-movement", natural_key, NULL));
}

char *statement_id_of(struct arena *arena, const char *natural_key)
{
    return id_text(arena, uuid_derive_text("statement", natural_key, NULL));
}

char *account_number_normal(struct arena *arena, const char *account_number)
{
    char normal[NUMBER_CHARACTERS_MAX + 1];
    size_t length = 0;
    for (const char *at = account_number; *at; at++) {
        if (*at == ' ')
            continue;
        if (*at <= ' ' || *at > '~' || length == NUMBER_CHARACTERS_MAX)
            return NULL;
        normal[length++] = character_upper(*at);
    }
    normal[length] = '\0';
    return length ? arena_copy_text(arena, normal) : NULL;
}

const char *bank_account_id_of(struct arena *arena, const char *account_number)
{
    if (!*account_number)
        return "";
    return id_text(arena, uuid_derive_text("bank-account", account_number, NULL));
}
