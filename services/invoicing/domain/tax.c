/* SPDX-License-Identifier: Apache-2.0 */
#include "services/invoicing/domain/tax.h"

/* What a category demands of its rate and its exemption reason (BR-S-05, BR-Z-05, BR-E-05 …). */
enum rate_rule { RATE_POSITIVE, RATE_ZERO, RATE_ANY };

struct category_rule {
    Invoicing__TaxCategory category;
    const char *name;
    enum rate_rule rate;
    bool reason;
    const char *why;
};

static const struct category_rule category_rules[] = {
    {TAX_CATEGORY_S, "S", RATE_POSITIVE, false, "standard or reduced rate"},
    {TAX_CATEGORY_Z, "Z", RATE_ZERO, false, "zero rated"},
    {TAX_CATEGORY_E, "E", RATE_ZERO, true, "exempt"},
    {TAX_CATEGORY_AE, "AE", RATE_ZERO, true, "reverse charge: the buyer owes the tax"},
    {TAX_CATEGORY_K, "K", RATE_ZERO, true, "intra-Community supply"},
    {TAX_CATEGORY_G, "G", RATE_ZERO, true, "export outside the EU"},
    {TAX_CATEGORY_O, "O", RATE_ZERO, true, "outside the scope of the tax"},
    {TAX_CATEGORY_L, "L", RATE_ANY, false, "Canary Islands general indirect tax"},
    {TAX_CATEGORY_M, "M", RATE_ANY, false, "tax of Ceuta and Melilla"},
};

static const struct category_rule *category_rule(Invoicing__TaxCategory category)
{
    for (size_t i = 0; i < sizeof category_rules / sizeof *category_rules; i++)
        if (category_rules[i].category == category)
            return &category_rules[i];
    return NULL;
}

const char *tax_category_name(Invoicing__TaxCategory category)
{
    const struct category_rule *rule = category_rule(category);
    return rule ? rule->name : "?";
}

static bool authority_check(struct fault *fault, const struct place *place, const char *authority)
{
    if (!*authority)
        return fault_set(fault, &REFUSAL_FIELD_REQUIRED, place, "authority", NULL);
    if (strlen(authority) > AUTHORITY_BYTES_MAX)
        return fault_set(fault, &REFUSAL_TEXT_TOO_LONG, place, "authority", "at most %d bytes",
                         AUTHORITY_BYTES_MAX);
    return check_code(fault, place, "authority", authority);
}

static bool tax_check(struct fault *fault, const struct place *place, const Invoicing__Tax *tax)
{
    const struct category_rule *rule = category_rule(tax->category);
    if (!rule)
        return fault_set(fault, &REFUSAL_TAX_CATEGORY_UNKNOWN, place, "category", NULL);
    if (tax->rate_ppm < 0 || tax->rate_ppm > TAX_RATE_PPM_MAX)
        return fault_set(fault, &REFUSAL_RATE_OUT_OF_RANGE, place, "rate_ppm", NULL);
    if (rule->rate == RATE_POSITIVE && tax->rate_ppm == 0)
        return fault_set(fault, &REFUSAL_TAX_RATE_REQUIRED, place, "rate_ppm", NULL);
    if (rule->rate == RATE_ZERO && tax->rate_ppm != 0)
        return fault_set(fault, &REFUSAL_TAX_RATE_FORBIDDEN, place, "rate_ppm", "category %s is %s",
                         rule->name, rule->why);
    if (rule->reason && !*tax->exemption_reason)
        return fault_set(fault, &REFUSAL_EXEMPTION_REASON_MISSING, place, "exemption_reason",
                         "category %s is %s", rule->name, rule->why);
    if (!rule->reason && *tax->exemption_reason)
        return fault_set(fault, &REFUSAL_EXEMPTION_REASON_FORBIDDEN, place, "exemption_reason",
                         "category %s is %s", rule->name, rule->why);
    return authority_check(fault, place, tax->authority) &&
           check_text(fault, place, "exemption_reason", tax->exemption_reason, REASON_BYTES_MAX,
                      TEXT_NO_CONTROL);
}

bool taxes_check(struct fault *fault, const struct place *place, Invoicing__Tax *const *taxes,
                 size_t count)
{
    if (!count)
        return fault_set(fault, &REFUSAL_TAX_MISSING, place, "taxes", NULL);
    if (count > TAXES_MAX)
        return fault_set(fault, &REFUSAL_TOO_MANY_ELEMENTS, place, "taxes", "at most %d",
                         TAXES_MAX);
    for (size_t i = 0; i < count; i++) {
        const struct place here = place_at(place, "taxes", i);
        if (!tax_check(fault, &here, taxes[i]))
            return false;
        for (size_t before = 0; before < i; before++)
            if (text_equal(taxes[before]->authority, taxes[i]->authority))
                return fault_set(fault, &REFUSAL_TAX_TWICE, &here, "authority", NULL);
    }
    return true;
}

static bool tax_same_group(const Invoicing__Tax *left, const Invoicing__Tax *right)
{
    return left->category == right->category && left->rate_ppm == right->rate_ppm &&
           text_equal(left->authority, right->authority);
}

bool taxes_equal(Invoicing__Tax *const *left, size_t left_count, Invoicing__Tax *const *right,
                 size_t right_count)
{
    if (left_count != right_count)
        return false;
    for (size_t i = 0; i < left_count; i++)
        if (!tax_same_group(left[i], right[i]))
            return false;
    return true;
}

struct tax_breakdown tax_breakdown_new(struct arena *arena, struct currency currency,
                                       Invoicing__TaxRounding rounding, size_t count_max)
{
    if (count_max > TAX_GROUPS_MAX)
        count_max = TAX_GROUPS_MAX;
    return (struct tax_breakdown){
        .groups = arena_get(arena, (count_max ? count_max : 1) * sizeof(struct tax_group)),
        .count_max = count_max,
        .currency = currency,
        .rounding = rounding,
    };
}

static struct tax_group *group_of(struct tax_breakdown *breakdown, const Invoicing__Tax *tax)
{
    for (size_t i = 0; i < breakdown->count; i++)
        if (tax_same_group(breakdown->groups[i].tax, tax))
            return &breakdown->groups[i];
    if (breakdown->count == breakdown->count_max)
        return NULL;
    struct tax_group *group = &breakdown->groups[breakdown->count++];
    *group =
        (struct tax_group){tax, money_zero(breakdown->currency), money_zero(breakdown->currency)};
    return group;
}

bool tax_breakdown_add(struct tax_breakdown *breakdown, struct money net,
                       Invoicing__Tax *const *taxes, size_t count, const struct place *place,
                       struct fault *fault)
{
    for (size_t i = 0; i < count; i++) {
        struct tax_group *group = group_of(breakdown, taxes[i]);
        if (!group)
            return fault_set(fault, &REFUSAL_TOO_MANY_TAX_GROUPS, place, "taxes", NULL);
        struct money tax = money_zero(breakdown->currency);
        if (breakdown->rounding == TAX_ROUNDING_LINE &&
            !check_amount(fault, place, "taxes",
                          money_percent(&tax, net, taxes[i]->rate_ppm, ROUND_HALF_AWAY, NULL)))
            return false;
        if (!check_amount(fault, place, "taxes", money_add(&group->base, group->base, net, NULL)) ||
            !check_amount(fault, place, "taxes",
                          money_add(&group->amount, group->amount, tax, NULL)))
            return false;
    }
    return true;
}

bool tax_breakdown_close(struct tax_breakdown *breakdown, struct money *tax, struct fault *fault)
{
    *tax = money_zero(breakdown->currency);
    for (size_t i = 0; i < breakdown->count; i++) {
        struct tax_group *group = &breakdown->groups[i];
        if (breakdown->rounding != TAX_ROUNDING_LINE &&
            !check_amount(fault, NULL, "tax_lines",
                          money_percent(&group->amount, group->base, group->tax->rate_ppm,
                                        ROUND_HALF_AWAY, NULL)))
            return false;
        if (!check_amount(fault, NULL, "totals.tax", money_add(tax, *tax, group->amount, NULL)))
            return false;
    }
    return true;
}

bool tax_breakdown_has(const struct tax_breakdown *breakdown, const char *authority,
                       Invoicing__TaxCategory category)
{
    for (size_t i = 0; i < breakdown->count; i++)
        if (breakdown->groups[i].tax->category == category &&
            text_equal(breakdown->groups[i].tax->authority, authority))
            return true;
    return false;
}
