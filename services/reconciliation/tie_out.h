/* SPDX-License-Identifier: Apache-2.0
 * Tie-out for everybody who proves the books: the job, POST /v1/tie-outs and `billctl prove` read
 * the same way. */
#pragma once
#include "services/reconciliation/store_tie_out.h"
