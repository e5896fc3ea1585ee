/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/billctl/prove_report.h"

#include <stdarg.h>
#include <stdio.h>

void proof_break(struct proof *proof, const char *format, ...)
{
    if (proof->breaks < BREAKS_SHOWN) {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(proof->first[proof->breaks], BREAK_TEXT_MAX, format, arguments);
        va_end(arguments);
    }
    proof->breaks++;
}

bool proof_print(const struct proof *proof, const char *format, ...)
{
    char counts[200];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(counts, sizeof counts, format, arguments);
    va_end(arguments);
    printf("%-12s %-15s %-58s %s\n", proof->name, proof->service, counts,
           proof->breaks ? "BROKEN" : "ok");
    for (int64_t i = 0; i < proof->breaks && i < BREAKS_SHOWN; i++)
        printf("    BROKEN %s\n", proof->first[i]);
    if (proof->breaks > BREAKS_SHOWN)
        printf("    and %lld more\n", (long long)(proof->breaks - BREAKS_SHOWN));
    fflush(stdout);
    return !proof->breaks;
}
