/* SPDX-License-Identifier: Apache-2.0
 * Country: ISO 3166-1 alpha-2 codes (BT-40, BT-55). */
#pragma once
#include <stdbool.h>

bool country_known(const char *code);
