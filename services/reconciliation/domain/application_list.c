/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reconciliation/domain/application_list.h"

Reconciliation__Application *application_list_new(struct arena *arena, const char *application_id,
                                                  const char *other_id, struct money amount,
                                                  bool credit)
{
    Reconciliation__Application *application =
        arena_new(arena, Reconciliation__Application, RECONCILIATION__APPLICATION__INIT);
    application->application_id = application_id;
    application->payment_id = other_id;
    application->amount = money_to_message(arena, amount);
    application->credit = credit;
    return application;
}

Reconciliation__Application *application_list_find(Reconciliation__Application *const *applications,
                                                   size_t n, const char *application_id)
{
    for (size_t i = 0; i < n; i++)
        if (!strcmp(applications[i]->application_id, application_id))
            return applications[i];
    return NULL;
}

void application_list_reverse(struct arena *arena, Reconciliation__Application *application,
                              struct money amount)
{
    struct money rest = amount_minus(amount_kept(application->amount), amount);
    if (money_sign(rest) <= 0)
        application->reversed = true;
    else
        application->amount = money_to_message(arena, rest);
}
