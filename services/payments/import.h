/* SPDX-License-Identifier: Apache-2.0
 * Import: POST /v1/bank-statements. The body is the bank's file as it came. It is judged whole,
 * kept with its verdict, and its statements are decided on; their rows are posted afterwards by the
 * job (jobs.c). The same file again is the same import: nothing is posted twice, and what a process
 * that died left undone is done. */
#pragma once
#include "common/service/api.h"

enum { IMPORT_FILE_BYTES_MAX = 256 << 20 };

enum error import_run(struct api_call *call);
