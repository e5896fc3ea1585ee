/* SPDX-License-Identifier: Apache-2.0
 * Tokens: what is decided about them (SOD-1), how their text is read, whom they let in. */
#include "check.h"

#include "common/base/arena.h"
#include "common/identity/uuid.h"
#include "common/service/access.h"
#include "common/service/access_domain.h"

static const char token_id[] = "0e8f1a52-6c1d-8b7e-9a4f-3c2b1a098f7e";
static const char person[] = "11111111-2222-8333-8444-555555555555";
static const char entity_one[] = "aaaaaaaa-0000-8000-8000-000000000001";
static const char entity_two[] = "aaaaaaaa-0000-8000-8000-000000000002";

/* ---- deciding ---- */

static const ProtobufCMessage *state_of(void *self, struct stream_ref ref, int64_t *version)
{
    (void)ref;
    if (version)
        *version = self ? 1 : 0;
    return self;
}

static struct deciding decide(struct arena *arena, Access__TokenState *state,
                              void (*decider)(struct deciding *, const ProtobufCMessage *),
                              const ProtobufCMessage *command)
{
    arena_reset(arena);
    struct deciding deciding = {.arena = arena,
                                .source = {.self = state, .state = state_of},
                                .now_us = INT64_C(1767225600000000), /* 2026-01-01 */
                                .actor = "principal:test",
                                .decision_id = token_id,
                                .cause = {.topic = ""}};
    decider(&deciding, command);
    return deciding;
}

static void expect_refusal(const struct deciding *deciding, const char *code)
{
    const char *came = deciding->verdict == VERDICT_REFUSED ? deciding->refusal->code : "DECIDED";
    if (strcmp(came, code))
        fail_msg("expected %s, came %s", code, came);
}

static uint8_t hash[32] = {1, 2, 3};

static Access__IssueToken issue_command(Access__Grant **grants, size_t n)
{
    Access__IssueToken command = ACCESS__ISSUE_TOKEN__INIT;
    command.token_id = token_id;
    command.principal_id = person;
    command.label = "cash desk 1";
    command.grants = grants;
    command.n_grants = n;
    command.secret_hash = (ProtobufCBinaryData){sizeof hash, hash};
    return command;
}

static Access__Grant grant_of(Access__Role role, const char *entity)
{
    Access__Grant grant = ACCESS__GRANT__INIT;
    grant.role = role;
    grant.entity_id = entity;
    return grant;
}

static void test_issued_then_revoked(void **unused)
{
    (void)unused;
    struct arena arena;
    arena_init(&arena, 1 << 20);
    Access__Grant cashier = grant_of(ROLE_CASHIER, entity_one), *grants[] = {&cashier};
    Access__IssueToken command = issue_command(grants, 1);
    struct deciding deciding = decide(&arena, NULL, access_issue_token_decide, &command.base);
    assert_int_equal(deciding.verdict, VERDICT_DECIDED);
    assert_int_equal(deciding.n_emissions, 1);
    assert_int_equal(deciding.emissions[0].posting_days, 20454);
    const Access__TokenIssued *issued = (const void *)deciding.emissions[0].event;
    assert_string_equal(issued->principal_id, person);
    assert_int_equal(issued->secret_hash.len, 32);

    Access__TokenState state = ACCESS__TOKEN_STATE__INIT;
    access_token_evolutions[0].evolve(&arena, &state.base, &issued->base);
    assert_string_equal(state.label, "cash desk 1");
    assert_false(state.revoked);
    Access__RevokeToken revoke = ACCESS__REVOKE_TOKEN__INIT;
    revoke.token_id = token_id;
    revoke.reason = "left the company";
    struct deciding revoking = decide(&arena, &state, access_revoke_token_decide, &revoke.base);
    assert_int_equal(revoking.n_emissions, 1);
    access_token_evolutions[1].evolve(&arena, &state.base, revoking.emissions[0].event);
    assert_true(state.revoked);
    revoking = decide(&arena, &state, access_revoke_token_decide, &revoke.base);
    expect_refusal(&revoking, "TOKEN_ALREADY_REVOKED");
    deciding = decide(&arena, &state, access_issue_token_decide, &command.base);
    expect_refusal(&deciding, "TOKEN_EXISTS");
    revoking = decide(&arena, NULL, access_revoke_token_decide, &revoke.base);
    expect_refusal(&revoking, "TOKEN_NOT_FOUND");
    arena_fini(&arena);
}

static void expect_grants(Access__Grant *first, Access__Grant *second, const char *code)
{
    struct arena arena;
    arena_init(&arena, 1 << 20);
    Access__Grant *grants[] = {first, second};
    Access__IssueToken command = issue_command(grants, first ? second ? 2 : 1 : 0);
    struct deciding deciding = decide(&arena, NULL, access_issue_token_decide, &command.base);
    expect_refusal(&deciding, code);
    arena_fini(&arena);
}

static void test_grants(void **unused)
{
    (void)unused;
    Access__Grant cashier = grant_of(ROLE_CASHIER, ""), biller = grant_of(ROLE_BILLER, entity_one),
                  unknown = grant_of((Access__Role)99, ""), none = grant_of(ROLE_UNSPECIFIED, ""),
                  wrong = grant_of(ROLE_VIEWER, "everything"),
                  cashier_two = grant_of(ROLE_CASHIER, entity_two),
                  manager = grant_of(ROLE_CREDIT_MANAGER, entity_one),
                  viewer = grant_of(ROLE_VIEWER, "");
    expect_grants(NULL, NULL, "TOKEN_GRANTS_NOTHING");
    expect_grants(&unknown, NULL, "TOKEN_ROLE_UNKNOWN");
    expect_grants(&none, NULL, "TOKEN_ROLE_UNKNOWN");
    expect_grants(&wrong, NULL, "TOKEN_ENTITY_MALFORMED");
    /* SOD-1: lapping, and bank details with refunds; for the same legal entity. */
    expect_grants(&cashier, &biller, "TOKEN_ROLES_CONFLICT");
    expect_grants(&biller, &manager, "TOKEN_ROLES_CONFLICT");
    expect_grants(&cashier_two, &biller, "DECIDED");
    expect_grants(&viewer, &biller, "DECIDED");
}

static void test_malformed_commands(void **unused)
{
    (void)unused;
    struct arena arena;
    arena_init(&arena, 1 << 20);
    Access__Grant viewer = grant_of(ROLE_VIEWER, ""), *grants[] = {&viewer};
    Access__IssueToken command = issue_command(grants, 1);
    command.principal_id = "Jane Doe";
    struct deciding deciding = decide(&arena, NULL, access_issue_token_decide, &command.base);
    expect_refusal(&deciding, "TOKEN_PRINCIPAL_MALFORMED");
    command = issue_command(grants, 1);
    command.secret_hash.len = 31;
    deciding = decide(&arena, NULL, access_issue_token_decide, &command.base);
    expect_refusal(&deciding, "TOKEN_SECRET_MALFORMED");
    arena_fini(&arena);
}

/* ---- the text of a token ---- */

static void test_token_text(void **unused)
{
    (void)unused;
    struct access_secret secret, other;
    struct uuid id, read;
    char text[ACCESS_TOKEN_TEXT_MAX];
    uint8_t read_hash[32];
    access_secret_make(&secret);
    access_secret_make(&other);
    assert_string_not_equal(secret.text, other.text);
    assert_int_equal(strlen(secret.text), 64);
    assert_ok(uuid_parse(&id, token_id, NULL));
    access_token_write(text, "live", id, secret.text);
    assert_int_equal(strlen(text), 3 + 4 + 1 + 32 + 1 + 64);
    assert_int_equal(strncmp(text, "bk_live_0e8f1a526c1d8b7e9a4f3c2b1a098f7e_", 41), 0);
    assert_ok(access_token_parse(text, "live", &read, read_hash));
    assert_true(uuid_equal(read, id));
    assert_memory_equal(read_hash, secret.hash, sizeof read_hash);
    /* A token of another installation is not even looked up. */
    assert_refused(access_token_parse(text, "test", &read, read_hash), ERR_MALFORMED);
    text[50] = 'g';
    assert_refused(access_token_parse(text, "live", &read, read_hash), ERR_MALFORMED);
    access_token_write(text, "live", id, secret.text);
    text[40] = '-';
    assert_refused(access_token_parse(text, "live", &read, read_hash), ERR_MALFORMED);
    access_token_write(text, "live", id, secret.text);
    text[strlen(text) - 1] = 0;
    assert_refused(access_token_parse(text, "live", &read, read_hash), ERR_MALFORMED);
    assert_refused(access_token_parse("", "live", &read, read_hash), ERR_MALFORMED);
}

/* ---- who may ---- */

static void test_bootstrap(void **unused)
{
    (void)unused;
    static const char bootstrap[] = "0123456789abcdef0123456789abcdef";
    struct access *access;
    struct access_identity identity;
    struct access_options options = {.bootstrap_token = bootstrap, .environment = "test"};
    assert_ok(access_new(&access, &options, NULL));
    assert_ok(access_identify(access, NULL, bootstrap, 0, &identity, NULL));
    assert_true(uuid_equal(identity.principal_id, access_bootstrap_principal()));
    assert_int_equal(identity.n_grants, 12);
    assert_refused(
        access_identify(access, NULL, "0123456789abcdef0123456789abcdeX", 0, &identity, NULL),
        ERR_NOT_FOUND);
    access_free(access);
    options.bootstrap_token = "short";
    assert_refused(access_new(&access, &options, NULL), ERR_CONFIG);
    options.bootstrap_token = NULL;
    assert_ok(access_new(&access, &options, NULL));
    assert_refused(access_identify(access, NULL, bootstrap, 0, &identity, NULL), ERR_NOT_FOUND);
    access_free(access);
}

static void test_caller(void **unused)
{
    (void)unused;
    struct arena arena;
    arena_init(&arena, 1 << 20);
    struct uuid one, two;
    assert_ok(uuid_parse(&one, entity_one, NULL));
    assert_ok(uuid_parse(&two, entity_two, NULL));
    struct access_identity identity = {
        .n_grants = 3,
        .grants = {{ROLE_CASHIER, false, one},
                   {ROLE_VIEWER, false, two},
                   {ROLE_AUDITOR, true, {{0}}}},
    };
    struct api_caller caller;
    assert_true(access_caller(&identity, API_ROLE(CASHIER) | API_ROLE(VIEWER), &arena, &caller));
    assert_false(caller.all_entities);
    assert_string_equal(caller.entities[0], entity_one);
    assert_string_equal(caller.entities[1], entity_two);
    assert_null(caller.entities[2]);
    assert_int_equal(caller.roles, API_ROLE(CASHIER) | API_ROLE(VIEWER) | API_ROLE(AUDITOR));
    assert_true(access_caller(&identity, API_ROLE(CASHIER), &arena, &caller));
    assert_null(caller.entities[1]);
    assert_true(access_caller(&identity, API_ROLE(AUDITOR), &arena, &caller));
    assert_true(caller.all_entities);
    assert_false(access_caller(&identity, API_ROLE(OPERATOR), &arena, &caller));
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_issued_then_revoked), cmocka_unit_test(test_grants),
        cmocka_unit_test(test_malformed_commands),  cmocka_unit_test(test_token_text),
        cmocka_unit_test(test_bootstrap),           cmocka_unit_test(test_caller),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
