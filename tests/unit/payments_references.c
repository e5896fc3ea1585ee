/* SPDX-License-Identifier: Apache-2.0
 * References in the words of payers: what is found, what is left out (REC-1 level 2 and 3, REC-3).
 */
#include "services/payments/domain/references.h"

#include <stdarg.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "common/base/text.h"

#include <stdio.h>
#include <string.h>

struct found {
    struct arena arena;
    struct references references, creditor;
};

static struct found *scan(struct found *found, const char *text)
{
    arena_init(&found->arena, 1 << 20);
    found->references = (struct references){.arena = &found->arena};
    found->creditor = (struct references){.arena = &found->arena};
    references_scan(&found->references, &found->creditor, text);
    return found;
}

static void check_list(const char *what, const char *text, const struct references *list,
                       const char *expected)
{
    char came[4096];
    struct text_buffer buffer = text_buffer_on(came, sizeof came);
    for (size_t i = 0; i < list->n; i++) {
        if (i > 0)
            text_buffer_add_character(&buffer, ' ');
        text_buffer_add(&buffer, list->texts[i]);
    }
    if (strcmp(came, expected))
        print_error("%s in \"%s\": expected \"%s\", came \"%s\"\n", what, text, expected, came);
    assert_string_equal(came, expected);
}

static void check(const char *text, const char *references, const char *creditor)
{
    struct found found;
    scan(&found, text);
    check_list("references", text, &found.references, references);
    check_list("creditor references", text, &found.creditor, creditor);
    arena_fini(&found.arena);
}

static void finds_document_numbers(void **state)
{
    (void)state;
    check("", "", "");
    check("DEINV20260000042", "DEINV20260000042", "");
    check("Rechnung inv2026000042, danke!", "INV2026000042", "");
    check("Inv-2026-000042.", "INV-2026-000042 INV2026000042", "");
    check("INV-2026-000042/C-1001",
          "INV-2026-000042/C-1001 INV-2026-000042 INV2026000042 C-1001 C1001", "");
    check("RE:INV7 A1", "INV7", "");
    check("(A-17)", "A-17", "");
    check("invoice twelve", "", "");
    check("123 1234", "1234", "");
    check("INV1234 inv1234 INV1234", "INV1234", "");
    check("Größe4711Ä", "E4711", ""); /* letters beyond ASCII end a token */
}

static void keeps_lengths(void **state)
{
    (void)state;
    check("A2345678901234567890123456789012", "A2345678901234567890123456789012", "");
    check("A23456789012345678901234567890123", "", "");
    check("A12", "", "");
    check("--A123--", "A123", "");
    check("A1-2/", "A1-2", "");
}

static void finds_creditor_references(void **state)
{
    (void)state;
    check("RF18 5390 0754 7034", "RF18 5390 0754 7034", "RF18539007547034");
    check("rf18539007547034 thanks", "RF18539007547034", "RF18539007547034");
    check("RF17 5390 0754 7034", "RF17 5390 0754 7034", "");
    check("RF40INV20260000042", "RF40INV20260000042", "RF40INV20260000042");
    check("pay RF71C00042 now", "RF71C00042", "RF71C00042");
}

static void leaves_people_out(void **state)
{
    (void)state;
    check("von DE89370400440532013000 fuer INV42", "INV42", "");
    check("DE00370400440532013000", "DE00370400440532013000",
          ""); /* no account: its digits do not check */
}

static void stops_at_its_limit(void **state)
{
    (void)state;
    char text[8192] = "";
    for (int i = 0; i < 200; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "N%05d ", i);
    struct found found;
    scan(&found, text);
    assert_int_equal(found.references.n, REFERENCES_MAX);
    assert_string_equal(found.references.texts[63], "N00063");
    arena_fini(&found.arena);
}

static void adds_structured_ones(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 1 << 16);
    struct references list = {.arena = &arena};
    references_add(&list, "rf18 5390 0754 7034");
    references_add(&list, "RF18539007547034");
    references_add(&list, "");
    references_add(&list, "210000000003139471430009017");
    references_add(&list, "A12345678901234567890123456789012345");
    references_add(&list, "M\xc3\xbcller");
    check_list("structured", "", &list, "RF18539007547034 210000000003139471430009017");
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_document_numbers),    cmocka_unit_test(keeps_lengths),
        cmocka_unit_test(finds_creditor_references), cmocka_unit_test(leaves_people_out),
        cmocka_unit_test(stops_at_its_limit),        cmocka_unit_test(adds_structured_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
