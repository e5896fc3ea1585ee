/* SPDX-License-Identifier: Apache-2.0
 * Customer: a legal or natural person who buys, with one file over all accounts (CUS-1). Name and
 * address come as new versions; issued documents keep their own copy (CUS-2). Personal data is
 * sealed before it gets here. */
#pragma once
#include "billing/invoicing/v1/customer.pb-c.h"
#include "common/base/decision.h"

void customer_register_declare(struct declaring *declaring,
                               const Invoicing__RegisterCustomer *command);
void customer_register_decide(struct deciding *deciding,
                              const Invoicing__RegisterCustomer *command);
void customer_rename_declare(struct declaring *declaring, const Invoicing__RenameCustomer *command);
void customer_rename_decide(struct deciding *deciding, const Invoicing__RenameCustomer *command);
void customer_address_declare(struct declaring *declaring,
                              const Invoicing__ChangeCustomerAddress *command);
void customer_address_decide(struct deciding *deciding,
                             const Invoicing__ChangeCustomerAddress *command);

void customer_evolve_registered(struct arena *arena, Invoicing__CustomerState *state,
                                const Invoicing__CustomerRegistered *event);
void customer_evolve_renamed(struct arena *arena, Invoicing__CustomerState *state,
                             const Invoicing__CustomerRenamed *event);
void customer_evolve_address(struct arena *arena, Invoicing__CustomerState *state,
                             const Invoicing__CustomerAddressChanged *event);
