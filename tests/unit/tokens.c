/* SPDX-License-Identifier: Apache-2.0
 * Tokens as a client meets them: issued, used, revoked, expired; roles and legal entities. Against
 * a real PostgreSQL and a real HTTP server (edge_fixture.h). */
#include "edge_fixture.h"

extern const struct migrations tokens_migrations, vault_migrations;

static int setup(void **state)
{
    *state = fixture_new(&tokens_migrations, &vault_migrations);
    return 0;
}

static int teardown(void **state)
{
    fixture_free(*state);
    return 0;
}

static void test_unauthenticated(void **state)
{
    NEEDS_DATABASE();
    ANSWER none = ASK("GET", "/v1/things");
    expect(&none, 401, "\"code\":\"unauthenticated\"");
    expect(&none, 401, "WWW-Authenticate: Bearer");
    ANSWER wrong = ASK("GET", "/v1/things", "bk_test_00_11");
    expect(&wrong, 401, "\"field\":\"Authorization\"");
    ANSWER unknown = ASK("GET", "/v1/things",
                         "bk_test_00000000000000000000000000000000_"
                         "0000000000000000000000000000000000000000000000000000000000000000");
    expect(&unknown, 401, NULL);
}

static void test_roles(void **state)
{
    NEEDS_DATABASE();
    char viewer[ACCESS_TOKEN_TEXT_MAX];
    token_for(fixture, "VIEWER", "", viewer, sizeof viewer);
    ANSWER list = ASK("GET", "/v1/things", viewer);
    expect(&list, 200, "\"total\":0");
    ANSWER write = ASK("POST", "/v1/customers", viewer, "k1", .body = anna);
    expect(&write, 403, "\"code\":\"forbidden\"");
    ANSWER issue = ASK("POST", "/v1/tokens", viewer, "k2", .body = "{}");
    expect(&issue, 403, NULL);
}

static void test_token_life(void **state)
{
    NEEDS_DATABASE();
    static const char body[] = "{\"principalId\":\"11111111-2222-8333-8444-555555555555\","
                               "\"label\":\"desk\",\"grants\":[{\"role\":\"ROLE_VIEWER\"}]}";
    char token[ACCESS_TOKEN_TEXT_MAX], id[64], path[128];
    ANSWER issued = ASK("POST", "/v1/tokens", bootstrap_token, "life", .body = body);
    expect(&issued, 201, "Location: /v1/tokens/");
    expect(&issued, 201, "\"acts\":[\"revoke\"]");
    member(&issued, "\"token\":\"", token, sizeof token);
    member(&issued, "\"tokenId\":\"", id, sizeof id);
    /* Asked again: the secret is gone for good, and stands in no table. */
    ANSWER again = ASK("POST", "/v1/tokens", bootstrap_token, "life", .body = body);
    expect(&again, 201, "Idempotency-Replayed: true");
    expect(&again, 201, "\"token\":null");
    expect_not(&again, token);
    ANSWER use = ASK("GET", "/v1/things", token);
    expect(&use, 200, NULL);
    ANSWER list = ASK("GET", "/v1/tokens", bootstrap_token);
    expect(&list, 200, "\"label\":\"desk\"");
    snprintf(path, sizeof path, "/v1/tokens/%s", id);
    ANSWER show = ASK("GET", path, bootstrap_token);
    expect(&show, 200, "ROLE_VIEWER");
    expect_not(&show, "ecret");
    ANSWER revoked = ASK("DELETE", path, bootstrap_token);
    expect(&revoked, 200, "\"revoked\":true");
    expect(&revoked, 200, "\"acts\":[]");
    usleep((ACCESS_CACHE_MS + 50) * 1000);
    ANSWER refused = ASK("GET", "/v1/things", token);
    expect(&refused, 401, NULL);
    ANSWER twice = ASK("DELETE", path, bootstrap_token);
    expect(&twice, 409, "TOKEN_ALREADY_REVOKED");
}

static void test_token_content(void **state)
{
    NEEDS_DATABASE();
    ANSWER hash = ASK("POST", "/v1/tokens", bootstrap_token, "c1",
                      .body = "{\"principalId\":\"11111111-2222-8333-8444-555555555555\","
                              "\"secretHash\":\"AAAA\"}");
    expect(&hash, 422, "\"field\":\"secret_hash\"");
    ANSWER past = ASK("POST", "/v1/tokens", bootstrap_token, "c2",
                      .body = "{\"principalId\":\"11111111-2222-8333-8444-555555555555\","
                              "\"expiresAtUs\":\"1000\"}");
    expect(&past, 422, "\"field\":\"expires_at_us\"");
    ANSWER none = ASK("POST", "/v1/tokens", bootstrap_token, "c3",
                      .body = "{\"principalId\":\"11111111-2222-8333-8444-555555555555\"}");
    expect(&none, 422, "\"code\":\"TOKEN_GRANTS_NOTHING\"");
}

static void test_token_expires(void **state)
{
    NEEDS_DATABASE();
    char token[ACCESS_TOKEN_TEXT_MAX];
    token_for(fixture, "VIEWER", "", token, sizeof token);
    fixture_run(fixture, "UPDATE access_token SET expires_at = clock_timestamp() - interval '1 s'");
    ANSWER refused = ASK("GET", "/v1/things", token);
    expect(&refused, 401, NULL);
}

static void test_entities(void **state)
{
    NEEDS_DATABASE();
    char biller[ACCESS_TOKEN_TEXT_MAX], path[128], id[64];
    token_for(fixture, "BILLER", entity_one, biller, sizeof biller);
    char body[256];
    snprintf(body, sizeof body, "{\"entityId\":\"%s\",\"currency\":\"EUR\"}", entity_one);
    ANSWER mine = ASK("POST", "/v1/accounts", biller, "e1", .body = body);
    expect(&mine, 201, entity_one);
    snprintf(body, sizeof body, "{\"entityId\":\"%s\",\"currency\":\"EUR\"}", entity_two);
    ANSWER foreign = ASK("POST", "/v1/accounts", biller, "e2", .body = body);
    expect(&foreign, 403, "\"code\":\"forbidden_entity\"");
    ANSWER other = ASK("POST", "/v1/accounts", bootstrap_token, "e3", .body = body);
    expect(&other, 201, entity_two);
    snprintf(path, sizeof path, "/v1/accounts/%s",
             member(&other, "\"accountId\":\"", id, sizeof id));
    ANSWER hidden = ASK("GET", path, biller);
    expect(&hidden, 403, "\"code\":\"forbidden_entity\"");
    snprintf(path, sizeof path, "/v1/accounts/%s",
             member(&mine, "\"accountId\":\"", id, sizeof id));
    ANSWER shown = ASK("GET", path, biller);
    expect(&shown, 200, "\"currency\":\"EUR\"");
    char events[160];
    snprintf(events, sizeof events, "/v1/streams/account/%s/events", id);
    ANSWER explained = ASK("GET", events, bootstrap_token);
    expect(&explained, 200, "billing.invoicing.v1.AccountOpened");
    expect(&explained, 200, "\"actor\":\"principal:");
    expect(&explained, 200, "\"more\":false");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unauthenticated), cmocka_unit_test(test_roles),
        cmocka_unit_test(test_token_life),      cmocka_unit_test(test_token_content),
        cmocka_unit_test(test_token_expires),   cmocka_unit_test(test_entities),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
