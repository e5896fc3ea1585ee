/* SPDX-License-Identifier: Apache-2.0
 * Trial service: a small model for tests of the unit of work, in the words of invoicing's
 * contracts: accounts with claims on their numbers, invoices with numbers without gaps, bill runs
 * that hand work over, items of another service's feed that wait for their account. */
#pragma once
#include "billing/invoicing/v1/customer.pb-c.h"
#include "billing/invoicing/v1/invoice.pb-c.h"
#include "billing/reconciliation/v1/reconciliation.pb-c.h"
#include "common/eventlog/model.h"

enum { TRIAL_ACCOUNT = 1, TRIAL_INVOICE, TRIAL_RUN };
enum { TRIAL_NUMBERS, TRIAL_OF_CUSTOMER };

#define TRIAL_TOPIC_IN "billing.reconciliation.events"
#define TRIAL_FEED_IN "/billing/reconciliation"

extern const struct service_model trial_model;

/* The tables of the model, for the form in PostgreSQL. */
#define TRIAL_TABLES_SQL                                                                           \
    "CREATE TABLE trial_account (account_id uuid PRIMARY KEY, number text, version int8, charges " \
    "int4);"                                                                                       \
    "CREATE TABLE trial_total (customer_id uuid PRIMARY KEY, accounts int8);"                      \
    "CREATE TABLE trial_charge (account_id uuid, charge_id text, description text, PRIMARY KEY "   \
    "(account_id, charge_id));"                                                                    \
    "CREATE TABLE trial_item (item_id uuid PRIMARY KEY, heard int8, posting_date date, "           \
    "recorded_at timestamptz);"
