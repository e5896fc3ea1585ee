/* SPDX-License-Identifier: Apache-2.0
 * Lists: what people scroll through of reporting. */
#pragma once
#include "common/service/listing.h"

extern const struct listing reporting_account_list;
