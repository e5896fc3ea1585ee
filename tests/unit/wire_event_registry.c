/* SPDX-License-Identifier: Apache-2.0
 * Event registry: each type by its whole name, and nothing else. */
#include "common/wire/event_registry.h"

#include "wire_fixture.h"

static void types_are_found_by_their_names(void **state)
{
    const ProtobufCMessageDescriptor *types[] = {
        &everything__nest__descriptor, &common__money__descriptor, EVERYTHING,
        &common__date__descriptor, &common__money__descriptor};
    struct event_registry registry;
    assert_true(event_registry_init(&registry, *state, types, sizeof types / sizeof *types));
    assert_int_equal(registry.count, 4);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        assert_ptr_equal(event_registry_find(&registry, types[i]->name), types[i]);
        char cut[64];
        snprintf(cut, sizeof cut, "%sX", types[i]->name);
        assert_ptr_equal(event_registry_find_slice(&registry, cut, strlen(cut) - 1), types[i]);
        assert_null(event_registry_find(&registry, cut));
        assert_null(event_registry_find_slice(&registry, cut, strlen(cut) - 2));
    }
    assert_null(event_registry_find(&registry, ""));
    assert_null(event_registry_find(&registry, "Money"));
    assert_null(event_registry_find_slice(&registry, "billing.common.v1.Money\0", 24));
    assert_true(event_registry_init(&registry, *state, NULL, 0));
    assert_null(event_registry_find(&registry, "billing.common.v1.Money"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {wire_test(types_are_found_by_their_names)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
