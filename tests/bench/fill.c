/* SPDX-License-Identifier: Apache-2.0
 * fill: makes events for others to consume: bills ACCOUNTS accounts for one month of 2026 straight through the unit of
 * work (month 1 makes the accounts first). Prints how many invoices it made.
 * usage: bench_fill CONNINFO ACCOUNTS MONTH */
#include <stdio.h>
#include <stdlib.h>

#include "services/invoicing/model.h"
#include "tests/bench/seed.h"

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: bench_fill CONNINFO ACCOUNTS MONTH\n");
        return 2;
    }
    size_t accounts = strtoull(argv[2], NULL, 10);
    int month = (int)strtol(argv[3], NULL, 10);
    struct seed_loop loop;
    seed_loop_init(&loop, argv[1], &invoicing_model, 12);
    if (month == 1)
        seed_accounts(&loop, 0, accounts, true);
    struct work **works = calloc(accounts, sizeof *works);
    for (size_t i = 0; i < accounts && month; i++)
        works[i] = seed_bill(i, month);
    if (month)
        seed_run(&loop, works, accounts, 2000);
    else
        seed_accounts(&loop, 0, accounts, true);
    printf("%zu\n", accounts);
    seed_loop_fini(&loop);
    return 0;
}
