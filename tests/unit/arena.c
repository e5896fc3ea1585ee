/* SPDX-License-Identifier: Apache-2.0
 * Arena: bounded, aligned, usable by protobuf-c, and honest about being full. */
#include "check.h"

#include "common/base/arena.h"

static void memory_is_aligned_and_kept(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 1 << 16);
    char *first = arena_get(&arena, 3);
    uint64_t *second = arena_zero(&arena, sizeof *second);
    assert_int_equal((uintptr_t)first % 16, 0);
    assert_int_equal((uintptr_t)second % 16, 0);
    assert_int_equal(*second, 0);
    assert_string_equal(arena_copy_text(&arena, "kept"), "kept");
    assert_string_equal(arena_text(&arena, "%d of %s", 3, "four"), "3 of four");
    arena_fini(&arena);
}

static void a_full_arena_says_so(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 4096);
    assert_null(arena_get(&arena, 4097));
    assert_true(arena.exhausted);
    assert_null(arena_get(&arena, SIZE_MAX - 8));
    assert_non_null(arena_get(&arena, 4096));
    arena_reset(&arena);
    assert_false(arena.exhausted);
    assert_non_null(arena_get(&arena, 4096));
    arena_fini(&arena);
}

static void a_full_arena_jumps_to_the_loop(void **state)
{
    (void)state;
    struct arena arena;
    jmp_buf loop;
    volatile int rounds = 0;
    arena_init(&arena, 4096);
    arena.on_exhausted = &loop;
    if (setjmp(loop) == 0)
        for (;; rounds++)
            arena_get(&arena, 1024);
    assert_int_equal(rounds, 4);
    assert_true(arena.exhausted);
    arena_fini(&arena);
}

static void a_mark_gives_back(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 4096);
    char *before = arena_get(&arena, 16);
    struct arena_mark mark = arena_mark(&arena);
    char *first = arena_get(&arena, 100);
    arena_rewind(&arena, mark);
    assert_ptr_equal(arena_get(&arena, 100), first);
    assert_true(before < first);
    arena_fini(&arena);
}

static void a_list_grows_by_one(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 1 << 16);
    char **items = NULL;
    size_t count = 0;
    for (int i = 0; i < 100; i++)
        arena_append(&arena, count, items, arena_text(&arena, "%d", i));
    assert_int_equal(count, 100);
    assert_string_equal(items[0], "0");
    assert_string_equal(items[99], "99");
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_aligned_and_kept), cmocka_unit_test(a_full_arena_says_so),
        cmocka_unit_test(a_full_arena_jumps_to_the_loop), cmocka_unit_test(a_mark_gives_back),
        cmocka_unit_test(a_list_grows_by_one)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
