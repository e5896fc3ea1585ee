/* SPDX-License-Identifier: Apache-2.0
 * Instants as RFC 3339 texts, and zones as TZif files tell them, also past their tables. */
#include "check.h"

#include <pthread.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "common/base/time.h"
#include "common/base/zone.h"

static int64_t at(const char *text)
{
    int64_t instant_us = 0;
    assert_ok(instant_parse(&instant_us, text, NULL));
    return instant_us;
}

static void instants_are_read(void **state)
{
    (void)state;
    assert_true(at("1970-01-01T00:00:00Z") == 0);
    assert_true(at("1969-12-31T23:59:59.999999Z") == -1);
    assert_true(at("2026-01-31T10:00:00.5Z") == INT64_C(1769853600500000));
    assert_true(at("2026-01-31T11:00:00.500000000+01:00") == INT64_C(1769853600500000));
    assert_true(at("2026-01-31T00:30:00-09:30") == INT64_C(1769853600000000));
    assert_true(at("0001-01-01T00:00:00Z") == INSTANT_MIN_US);
    assert_true(at("9999-12-31T23:59:59.999999Z") == INSTANT_MAX_US);
    assert_true(at("2024-02-29T00:00:00Z") == INT64_C(1709164800000000));
}

static void wrong_instants_are_refused(void **state)
{
    (void)state;
    int64_t instant_us;
    static const char *const malformed[] = {"",
                                            "2026-01-31",
                                            "2026-01-31T10:00:00",
                                            "2026-01-31 10:00:00Z",
                                            "2026-01-31t10:00:00z",
                                            "2026-01-31T10:00Z",
                                            "2026-01-31T10:00:00.Z",
                                            "2026-01-31T10:00:00.1234567Z",
                                            "2026-01-31T10:00:00.0000000000Z",
                                            "2026-01-31T10:00:00Z ",
                                            "2026-01-31T10:00:00+1:00",
                                            "2026-01-31T10:00:00+24:00",
                                            "2026-1-31T10:00:00Z",
                                            "+2026-01-31T10:00:00Z",
                                            "12026-01-31T10:00:00Z"};
    for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++)
        assert_refused(instant_parse(&instant_us, malformed[i], NULL), ERR_MALFORMED);
    static const char *const outside[] = {
        "2026-02-29T00:00:00Z",      "2026-13-01T00:00:00Z",     "2026-00-01T00:00:00Z",
        "2026-01-00T00:00:00Z",      "2026-01-32T00:00:00Z",     "2026-01-31T24:00:00Z",
        "2026-01-31T23:60:00Z",      "2016-12-31T23:59:60Z",     "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-00:01"};
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++)
        assert_refused(instant_parse(&instant_us, outside[i], NULL), ERR_RANGE);
}

static void instants_go_there_and_back(void **state)
{
    (void)state;
    uint64_t seed = 88172645463325252u;
    for (int i = 0; i < 100000; i++) {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        int64_t instant_us =
            INSTANT_MIN_US + (int64_t)(seed % (uint64_t)(INSTANT_MAX_US - INSTANT_MIN_US));
        char text[INSTANT_TEXT_SIZE], expected[64];
        instant_format(text, instant_us);
        if (at(text) != instant_us)
            fail_msg("%s read back as another instant than %lld", text, (long long)instant_us);
        time_t second =
            (time_t)((instant_us - ((instant_us % SECOND_US + SECOND_US) % SECOND_US)) / SECOND_US);
        struct tm parts;
        gmtime_r(&second, &parts);
        snprintf(expected, sizeof expected, "%04d-%02d-%02dT%02d:%02d:%02d", parts.tm_year + 1900,
                 parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
        assert_memory_equal(text, expected, 19);
    }
}

static void offsets_follow_the_zone(void **state)
{
    (void)state;
    static const struct {
        const char *zone, *instant;
        int32_t offset_s;
        const char *abbreviation;
    } vectors[] = {
        {"UTC", "2026-01-01T00:00:00Z", 0, "UTC"},
        {"Europe/Berlin", "2026-01-15T12:00:00Z", 3600, "CET"},
        {"Europe/Berlin", "2026-03-29T00:59:59Z", 3600, "CET"},
        {"Europe/Berlin", "2026-03-29T01:00:00Z", 7200, "CEST"},
        {"Europe/Berlin", "2026-10-25T00:59:59Z", 7200, "CEST"},
        {"Europe/Berlin", "2026-10-25T01:00:00Z", 3600, "CET"},
        {"Europe/Berlin", "1880-01-01T00:00:00Z", 3208, "LMT"},
        {"Europe/Berlin", "2099-07-01T00:00:00Z", 7200, "CEST"},
        {"America/New_York", "2060-03-14T06:59:59Z", -18000, "EST"},
        {"America/New_York", "2060-03-14T07:00:00Z", -14400, "EDT"},
        {"Australia/Sydney", "2080-01-01T00:00:00Z", 39600, "AEDT"},
        {"Australia/Sydney", "2080-07-01T00:00:00Z", 36000, "AEST"},
        {"Australia/Lord_Howe", "2050-01-01T00:00:00Z", 39600, "+11"},
        {"Australia/Lord_Howe", "2050-07-01T00:00:00Z", 37800, "+1030"},
        {"Asia/Kathmandu", "2026-01-01T00:00:00Z", 20700, "+0545"},
        {"Pacific/Apia", "2011-12-30T09:59:59Z", -36000, "-10"},
        {"Pacific/Apia", "2011-12-30T10:00:00Z", 50400, "+14"},
        {"Europe/Dublin", "2070-07-01T00:00:00Z", 3600, "IST"},
        {"Europe/Dublin", "2070-01-01T00:00:00Z", 0, "GMT"},
    };
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        const struct zone *zone = zone_find(vectors[i].zone);
        assert_non_null(zone);
        assert_string_equal(zone_name(zone), vectors[i].zone);
        assert_int_equal(zone_offset_s(zone, at(vectors[i].instant)), vectors[i].offset_s);
        assert_string_equal(zone_abbreviation(zone, at(vectors[i].instant)),
                            vectors[i].abbreviation);
    }
}

/* Against the C library, every 5 hours and 7 minutes or so of 1900 to 2100. */
static void offsets_agree_with_the_c_library(void **state)
{
    (void)state;
    static const char *const names[] = {
        "Europe/Berlin",  "America/St_Johns",    "Africa/Casablanca", "Asia/Tehran",
        "America/Nuuk",   "Australia/Lord_Howe", "Asia/Gaza",         "Europe/Dublin",
        "Pacific/Apia",   "America/Sao_Paulo",   "Antarctica/Troll",  "Asia/Jerusalem",
        "Pacific/Chatham"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct zone *zone = zone_find(names[i]);
        assert_non_null(zone);
        setenv("TZ", names[i], 1);
        tzset();
        for (time_t second = -2208988800; second < 4102444800; second += 5 * 3600 + 433) {
            struct tm parts;
            localtime_r(&second, &parts);
            if (zone_offset_s(zone, second * SECOND_US) != parts.tm_gmtoff)
                fail_msg("%s at %lld: expected %ld, came %d", names[i], (long long)second,
                         parts.tm_gmtoff, zone_offset_s(zone, second * SECOND_US));
        }
    }
    unsetenv("TZ");
}

static void local_moments_become_instants(void **state)
{
    (void)state;
    const struct zone *berlin = zone_find("Europe/Berlin");
    assert_true(zone_instant_us(berlin, at("2026-01-15T12:00:00Z")) == at("2026-01-15T11:00:00Z"));
    /* Shown twice: the first. */
    assert_true(zone_instant_us(berlin, at("2026-10-25T02:30:00Z")) == at("2026-10-25T00:30:00Z"));
    /* Never shown: the change. */
    assert_true(zone_instant_us(berlin, at("2026-03-29T02:30:00Z")) == at("2026-03-29T01:00:00Z"));
    assert_true(zone_instant_us(berlin, at("2026-03-29T03:00:00Z")) == at("2026-03-29T01:00:00Z"));
    /* A whole day that Samoa never had. */
    const struct zone *apia = zone_find("Pacific/Apia");
    assert_true(zone_instant_us(apia, at("2011-12-30T00:00:00Z")) == at("2011-12-30T10:00:00Z"));
    /* Midnight is skipped where clocks go forward at 00:00. */
    const struct zone *sao_paulo = zone_find("America/Sao_Paulo");
    assert_true(zone_instant_us(sao_paulo, at("2018-11-04T00:00:00Z")) ==
                at("2018-11-04T03:00:00Z"));
}

static void strange_names_are_no_zones(void **state)
{
    (void)state;
    static const char *const names[] = {
        "",          "Europe/Nowhere", "../../etc/passwd", "/etc/passwd",
        "Europe",    "zone.tab",       "Europe/Berlin ",   "right/UTC",
        "posix/UTC", "tzdata.zi",      "leapseconds"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (zone_find(names[i]))
            fail_msg("'%s' is no zone, yet one came", names[i]);
    char long_name[200];
    memset(long_name, 'A', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = 0;
    assert_null(zone_find(long_name));
    struct problem problem;
    const char *wanted[] = {"UTC", "Mars/Olympus"};
    assert_refused(zones_load(wanted, 2, &problem), ERR_NOT_FOUND);
    assert_non_null(strstr(problem.detail, "Mars/Olympus"));
    assert_ok(zones_load(wanted, 1, NULL));
}

/* A zone read from these bytes: a file in memory, whose name is its number. The number is never
 * used again, since the cache keeps what it has read. */
static const struct zone *zone_of_bytes(const void *bytes, size_t size, int number)
{
    char name[16];
    int descriptor = memfd_create("zone", 0);
    assert_int_equal(dup2(descriptor, number), number);
    close(descriptor);
    assert_int_equal(write(number, bytes, size), size);
    snprintf(name, sizeof name, "%d", number);
    const struct zone *zone = zone_find(name);
    close(number);
    return zone;
}

/* A zone file cut anywhere, or with any byte changed, is refused or read, but never read beyond its
 * end. */
static void broken_files_are_survived(void **state)
{
    (void)state;
    static uint8_t whole[4096], broken[4096];
    FILE *file = fopen("/usr/share/zoneinfo/Europe/Berlin", "rb");
    if (!file)
        skip();
    size_t size = fread(whole, 1, sizeof whole, file);
    fclose(file);
    setenv("TZDIR", "/proc/self/fd", 1);
    assert_non_null(zone_of_bytes(whole, size, 100));
    for (size_t i = 0; i < 400; i++) {
        memcpy(broken, whole, size);
        size_t kept = i < 200 ? size * i / 200 : size;
        if (i >= 200)
            broken[(i - 200) * 7919 % size] ^= (uint8_t)(1 + i % 255);
        const struct zone *zone = zone_of_bytes(broken, kept, 101 + (int)i);
        if (zone && i < 200)
            fail_msg("a file cut to %zu of %zu bytes was read", kept, size);
        if (zone)
            zone_offset_s(zone, at("2026-07-01T00:00:00Z"));
    }
    unsetenv("TZDIR");
}

static void *asker(void *unused)
{
    (void)unused;
    static const char *const names[] = {"Asia/Tokyo", "Asia/Seoul", "Asia/Kolkata",
                                        "America/Chicago"};
    for (int i = 0; i < 400; i++)
        if (!zone_find(names[i % 4]))
            return "missing";
    return NULL;
}

static void threads_share_zones(void **state)
{
    (void)state;
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, asker, NULL), 0);
    for (int i = 0; i < 4; i++) {
        void *fault;
        pthread_join(threads[i], &fault);
        assert_null(fault);
    }
    assert_ptr_equal(zone_find("Asia/Tokyo"), zone_find("Asia/Tokyo"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(instants_are_read),
                                       cmocka_unit_test(wrong_instants_are_refused),
                                       cmocka_unit_test(instants_go_there_and_back),
                                       cmocka_unit_test(offsets_follow_the_zone),
                                       cmocka_unit_test(offsets_agree_with_the_c_library),
                                       cmocka_unit_test(local_moments_become_instants),
                                       cmocka_unit_test(strange_names_are_no_zones),
                                       cmocka_unit_test(broken_files_are_survived),
                                       cmocka_unit_test(threads_share_zones)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
