/* SPDX-License-Identifier: Apache-2.0 */
#include "services/payments/formats/statement.h"

#include <string.h>

/* ISO 20022 external bank transaction sub-family codes of bookings that undo another. */
static const char *const undoing[] = {
    "UPDD", /* direct debit unpaid */
    "PRDD", /* direct debit reversed by a payment reversal */
    "RCDD", /* direct debit recalled */
    "RRTN", /* credit transfer returned */
    "RPCR", /* credit transfer recalled */
    "UPCQ", /* cheque unpaid */
    "CQRV", /* cheque reversed */
};

static bool code_undoes(const struct statement_code *code)
{
    for (size_t i = 0; code->subfamily && i < sizeof undoing / sizeof *undoing; i++)
        if (strcmp(code->subfamily, undoing[i]) == 0)
            return true;
    return false;
}

bool statement_entry_is_booked(const struct statement_entry *entry)
{
    switch (entry->status) {
    case STATUS_ABSENT:
    case STATUS_BOOKED:
        return true;
    case STATUS_PENDING:
    case STATUS_INFORMATION:
    case STATUS_FUTURE:
    case STATUS_OTHER:
        return false;
    }
    return false;
}

bool statement_entry_is_return(const struct statement_entry *entry,
                               const struct statement_detail *detail)
{
    if (entry->reversal || code_undoes(&entry->code))
        return true;
    return detail && (detail->returned || code_undoes(&detail->code));
}

const char *statement_account_id(const struct statement_account *account)
{
    return account->iban ? account->iban : account->other_id;
}

enum error statement_amount_signed(struct money *signed_amount, struct money amount,
                                   enum statement_side side, struct problem *problem)
{
    if (side == SIDE_DEBIT && money_sign(amount) > 0)
        return money_negate(signed_amount, amount, problem);
    *signed_amount = amount;
    return OK;
}
