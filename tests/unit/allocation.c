/* SPDX-License-Identifier: Apache-2.0
 * Allocation: handbook GEN-4 and INV-12. */
#include "money_check.h"

#include "common/money/allocation.h"

static void allocated(const char *total, const int64_t *weights, const char *const *expected,
                      size_t count)
{
    struct money parts[8];
    assert_ok(money_allocate(parts, money_read(total), weights, count, NULL));
    for (size_t i = 0; i < count; i++)
        assert_money(parts[i], expected[i]);
}

static void vectors(void **state)
{
    (void)state;
    /* GEN-4 Vector, INV-12 Vector */
    allocated("EUR 1000.00", (int64_t[]){1, 1, 1},
              (const char *[]){"EUR 333.34", "EUR 333.33", "EUR 333.33"}, 3);
    allocated("EUR 1234.57", (int64_t[]){30, 30, 40},
              (const char *[]){"EUR 370.37", "EUR 370.37", "EUR 493.83"}, 3);
    allocated("EUR 10.00", (int64_t[]){200, 100, 50},
              (const char *[]){"EUR 5.71", "EUR 2.86", "EUR 1.43"}, 3);
    /* COL-15 Vector */
    struct money parts[6];
    assert_ok(money_split(parts, money_read("EUR 1000.00"), 6, NULL));
    for (size_t i = 0; i < 6; i++)
        assert_money(parts[i], i < 4 ? "EUR 166.67" : "EUR 166.66");
}

static void negative_totals_mirror(void **state)
{
    (void)state;
    allocated("EUR -1000.00", (int64_t[]){1, 1, 1},
              (const char *[]){"EUR -333.34", "EUR -333.33", "EUR -333.33"}, 3);
    allocated("EUR -0.01", (int64_t[]){0, 5, 5},
              (const char *[]){"EUR 0.00", "EUR -0.01", "EUR 0.00"}, 3);
    allocated("EUR 0.00", (int64_t[]){1, 2}, (const char *[]){"EUR 0.00", "EUR 0.00"}, 2);
    allocated("JPY 7", (int64_t[]){1}, (const char *[]){"JPY 7"}, 1);
    allocated("EUR -92233720368547758.08", (int64_t[]){1, 0},
              (const char *[]){"EUR -92233720368547758.08", "EUR 0.00"}, 2);
    allocated("EUR 92233720368547758.07", (int64_t[]){INT64_MAX - 1, 1},
              (const char *[]){"EUR 92233720368547758.06", "EUR 0.01"}, 2);
}

static void wrong_weights_are_refused(void **state)
{
    (void)state;
    struct money parts[3];
    struct money total = money_read("EUR 1.00");
    assert_refused(money_allocate(parts, total, (int64_t[]){1, -1, 3}, 3, NULL), ERR_RANGE);
    assert_refused(money_allocate(parts, total, (int64_t[]){0, 0}, 2, NULL), ERR_RANGE);
    assert_refused(money_allocate(parts, total, (int64_t[]){INT64_MAX, 1}, 2, NULL), ERR_RANGE);
    assert_refused(money_split(parts, total, 0, NULL), ERR_RANGE);
}

/* By the definition: floors, then one unit each to the largest remainders, ties to the lowest
 * index. */
static void expected_parts(int64_t *parts, int64_t total, const int64_t *weights, size_t count)
{
    int64_t sum = 0, left = total;
    int served[16] = {0};
    for (size_t i = 0; i < count; i++)
        sum += weights[i];
    for (size_t i = 0; i < count; i++) {
        parts[i] = total * weights[i] / sum;
        left -= parts[i];
    }
    for (; left > 0; left--) {
        size_t best = count;
        for (size_t i = 0; i < count; i++)
            if (!served[i] &&
                (best == count || total * weights[i] % sum > total * weights[best] % sum))
                best = i;
        served[best] = 1;
        parts[best]++;
    }
}

static void random_splits_follow_the_definition(void **state)
{
    (void)state;
    uint64_t seed = 20260131;
    for (int round = 0; round < 20000; round++) {
        int64_t weights[12], expected[12], sum = 0;
        struct money parts[12];
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        size_t count = 1 + (seed >> 33) % 12;
        for (size_t i = 0; i < count; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            weights[i] = (int64_t)((seed >> 33) % (round % 2 ? 4 : 1000));
            sum += weights[i];
        }
        if (sum == 0)
            continue;
        int64_t total = (int64_t)((seed >> 20) % 100000);
        assert_ok(money_allocate(parts, money_of(total, currency_of("EUR")), weights, count, NULL));
        expected_parts(expected, total, weights, count);
        for (size_t i = 0; i < count; i++)
            if (parts[i].minor != expected[i])
                fail_msg("round %d, part %zu of %lld: expected %lld, came %lld", round, i,
                         (long long)total, (long long)expected[i], (long long)parts[i].minor);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(vectors),
                                       cmocka_unit_test(negative_totals_mirror),
                                       cmocka_unit_test(wrong_weights_are_refused),
                                       cmocka_unit_test(random_splits_follow_the_definition)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
