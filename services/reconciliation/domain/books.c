/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reconciliation/domain/books.h"

#include "common/identity/uuid.h"

void books_open(struct deciding *deciding, const char *entity_id, struct date posting)
{
    deciding_books(deciding, entity_id, posting.days, deciding->cause_occurred_us);
}

struct date books_today(const struct deciding *deciding)
{
    return (struct date){deciding_local_days(deciding, "UTC", deciding->now_us)};
}

bool books_check_id(struct deciding *deciding, const char *field, const char *id)
{
    struct uuid uuid;
    if (uuid_parse(&uuid, id, NULL) == OK)
        return true;
    deciding_refuse(deciding, REFUSAL(ID_MALFORMED), field, NULL);
    return false;
}
