/* SPDX-License-Identifier: Apache-2.0
 * Murmur2: the values that Kafka's own tests expect of its hash
 * (org.apache.kafka.common.utils.UtilsTest). */
#include "check.h"

#include "common/identity/murmur2.h"

static void kafka_agrees(void **state)
{
    (void)state;
    static const struct {
        const char *key;
        int32_t hash;
    } vectors[] = {{"21", -973932308},
                   {"foobar", -790332482},
                   {"a-little-bit-long-string", -985981536},
                   {"a-little-bit-longer-string", -1486304829},
                   {"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971},
                   {"abc", 479470107}};
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++)
        assert_int_equal((int32_t)murmur2(bytes_of_text(vectors[i].key)), vectors[i].hash);
}

static void partitions_are_those_of_java(void **state)
{
    (void)state;
    /* toPositive clears the sign bit, it does not negate. */
    assert_int_equal(murmur2_partition("21", 12), (int)((3321034988u & 0x7fffffffu) % 12));
    assert_int_equal(murmur2_partition("abc", 12), 479470107 % 12);
    assert_int_equal(murmur2_partition("", 1), 0);
    int seen[12] = {0};
    for (int i = 0; i < 12000; i++) {
        char key[37];
        snprintf(key, sizeof key, "%08x-0000-7000-8000-000000000000", (unsigned)i);
        int32_t partition = murmur2_partition(key, 12);
        assert_in_range(partition, 0, 11);
        seen[partition]++;
    }
    for (int i = 0; i < 12; i++)
        assert_in_range(seen[i], 850, 1150);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(kafka_agrees),
                                       cmocka_unit_test(partitions_are_those_of_java)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
