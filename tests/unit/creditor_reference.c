/* SPDX-License-Identifier: Apache-2.0
 * Creditor reference: handbook REC-3, ISO 11649. */
#include "check.h"

#include "common/identity/creditor_reference.h"

static void made(const char *own, const char *expected)
{
    struct creditor_reference reference, again;
    assert_ok(creditor_reference_make(&reference, own, NULL));
    assert_string_equal(reference.text, expected);
    assert_ok(creditor_reference_parse(&again, reference.text, NULL));
}

static void vectors(void **state)
{
    (void)state;
    struct creditor_reference reference;
    char text[CREDITOR_REFERENCE_GROUPED_SIZE];
    assert_ok(creditor_reference_parse(&reference, "RF18 5390 0754 7034", NULL));
    assert_string_equal(reference.text, "RF18539007547034");
    creditor_reference_format(text, &reference);
    assert_string_equal(text, "RF18 5390 0754 7034");
    assert_refused(creditor_reference_parse(&reference, "RF17 5390 0754 7034", NULL),
                   ERR_MALFORMED);
    assert_refused(creditor_reference_parse(&reference, "RF18539007547043", NULL), ERR_MALFORMED);
    made("INV20260000042", "RF40INV20260000042");
    made("C00042", "RF71C00042");
    made("inv 2026 0000 042", "RF40INV20260000042");
    made("1", "RF741");
    made("ABCDEFGHIJKLMNOPQRSTU", "RF95ABCDEFGHIJKLMNOPQRSTU");
}

static void wrong_forms_are_refused(void **state)
{
    (void)state;
    struct creditor_reference reference;
    static const char *const malformed[] = {"",
                                            "RF",
                                            "RF18",
                                            "RF 18",
                                            "XX18539007547034",
                                            "RFA8539007547034",
                                            "RF18-5390-0754-7034",
                                            "RF18539007547034\n",
                                            "RF18ABCDEFGHIJKLMNOPQRSTUV",
                                            "RF1853900754\xc3\xa4"};
    for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++)
        assert_refused(creditor_reference_parse(&reference, malformed[i], NULL), ERR_MALFORMED);
    static const char *const own[] = {"", "   ", "INV-42", "ABCDEFGHIJKLMNOPQRSTUV", "\xc3\xa4"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        assert_refused(creditor_reference_make(&reference, own[i], NULL), ERR_MALFORMED);
}

/* One wrong digit, or two neighbours swapped, never passes. */
static void slips_are_found(void **state)
{
    (void)state;
    struct creditor_reference reference, slip;
    for (unsigned n = 0; n < 2000; n++) {
        char own[22];
        snprintf(own, sizeof own, "INV%08u", n * 7919);
        assert_ok(creditor_reference_make(&reference, own, NULL));
        for (size_t i = 7; reference.text[i]; i++) {
            slip = reference;
            slip.text[i] = slip.text[i] == '9' ? '0' : (char)(slip.text[i] + 1);
            assert_refused(creditor_reference_parse(&slip, slip.text, NULL), ERR_MALFORMED);
            slip = reference;
            slip.text[i] = reference.text[i - 1];
            slip.text[i - 1] = reference.text[i];
            if (strcmp(slip.text, reference.text) != 0 && i > 7)
                assert_refused(creditor_reference_parse(&slip, slip.text, NULL), ERR_MALFORMED);
        }
    }
}

static void others_agree(void **state)
{
    (void)state;
    FILE *file = sample_open("codes/rf-vectors.tsv");
    if (!file)
        skip();
    char row[256];
    int seen = 0;
    assert_non_null(fgets(row, sizeof row, file));
    while (fgets(row, sizeof row, file)) {
        char *rest, *value = strtok_r(row, "\t", &rest),
                    *verdict = strtok_r(NULL, "\t\r\n", &rest);
        struct creditor_reference reference;
        assert_non_null(verdict);
        enum error error = creditor_reference_parse(&reference, value, NULL);
        if ((error == OK) != (strcmp(verdict, "valid") == 0))
            fail_msg("%s: expected %s, came %s", value, verdict, error_code(error));
        seen++;
    }
    fclose(file);
    assert_true(seen > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors), cmocka_unit_test(wrong_forms_are_refused),
        cmocka_unit_test(slips_are_found), cmocka_unit_test(others_agree)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
