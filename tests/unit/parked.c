/* SPDX-License-Identifier: Apache-2.0
 * What was put aside: looked at, processed again in the order of arrival, thrown away by two
 * people. The rows are made as a unit of work would have left them; redriving runs the real unit.
 */
#include "edge_fixture.h"

#include "common/eventlog/record.h"

extern const struct migrations parked_migrations, vault_migrations;

static int setup(void **state)
{
    *state = fixture_new(&parked_migrations, &vault_migrations);
    return 0;
}

static int teardown(void **state)
{
    fixture_free(*state);
    return 0;
}

static const struct statement park = {
    .name = "park",
    .sql = "INSERT INTO parked (id, shard, seq, key, follower, origin, topic, partition, position, "
           "kafka_offset, type, feed_id, record_key, event_id, header, payload, decision_id, hops, "
           "entity, occurred_at, posting_date, code, field, detail, parked_at) VALUES "
           "($1::uuid, $2::int2, $3::int8, $4::text, $3::int8 > 1, $5::int2, '', 0, 0, -1, "
           "'billing.invoicing.v1.RegisterCustomer', '', $4::text, $1::uuid, '', $6::bytea, "
           "$1::uuid, 0, "
           "$7::uuid, now(), '2026-01-01', 'out_of_range', 'country', 'too odd', now())"};

static struct uuid parked_id(const char *key, const char *number)
{
    return uuid_derive_text("test parked", key, number, NULL);
}

/* A handover that was parked: the command for `key`, malformed if it has no country. */
static void park_one(struct fixture *fixture, const char *key, const char *number,
                     const char *country)
{
    Invoicing__RegisterCustomer command = INVOICING__REGISTER_CUSTOMER__INIT;
    Common__Sealed name = COMMON__SEALED__INIT;
    uint8_t payload[512];
    command.customer_id = key;
    command.kind = CUSTOMER_KIND_PERSON;
    command.name = &name;
    command.country = country ? country : "";
    size_t size = protobuf_c_message_pack(&command.base, payload);
    if (!country)
        memset(payload, 0xff, size);
    PARAMETERS_AUTO struct parameters parameters = {0};
    parameters_uuid(&parameters, parked_id(key, number));
    parameters_int16(&parameters, (int16_t)shard_of_key(key, SHARDS));
    parameters_int64(&parameters, strtol(number, NULL, 10));
    parameters_text(&parameters, key);
    parameters_int16(&parameters, WORK_HANDOVER);
    parameters_bytes(&parameters, payload, size);
    parameters_uuid(&parameters, (struct uuid){{0}});
    struct problem problem = {0};
    if (database_query(fixture->owner, &park, &parameters, NULL, &problem))
        fail_msg("park: %s", problem.detail);
    char sql[128];
    snprintf(sql, sizeof sql, "UPDATE shard_head SET parked = parked + 1 WHERE shard = %d",
             shard_of_key(key, SHARDS));
    fixture_run(fixture, sql);
}

static char *path_of(const char *key, const char *number, const char *act, char out[128])
{
    char id[UUID_TEXT_SIZE];
    uuid_format(id, parked_id(key, number));
    snprintf(out, 128, "/v1/parked/%s%s", id, act);
    return out;
}

static char *operator_token(struct fixture *fixture, const char *principal, char *token,
                            size_t size)
{
    char body[256];
    snprintf(body, sizeof body,
             "{\"principalId\":\"%s\",\"grants\":[{\"role\":\"ROLE_OPERATOR\"}]}", principal);
    ANSWER answer = ASK("POST", "/v1/tokens", bootstrap_token, principal, .body = body);
    return member(&answer, "\"token\":\"", token, size);
}

static void test_redriven_in_order(void **state)
{
    NEEDS_DATABASE();
    static const char key[] = "11111111-0000-8000-8000-000000000001";
    char path[128];
    park_one(fixture, key, "1", "SE");
    park_one(fixture, key, "2", "DE"); /* the same customer again: refused, which is an outcome */
    ANSWER list = ASK("GET", "/v1/parked?follower=true", bootstrap_token);
    expect(&list, 200, "\"total\":1");
    ANSWER one = ASK("GET", path_of(key, "2", "", path), bootstrap_token);
    expect(&one, 200, "\"earlier\":1");
    expect(&one, 200, "\"country\":\"DE\"");
    ANSWER late = ASK("POST", path_of(key, "2", "/redrive", path), bootstrap_token);
    expect(&late, 409, "REDRIVE_OUT_OF_ORDER");
    ANSWER held = ASK("POST", "/v1/customers", bootstrap_token, "held",
                      .body = "{\"customerId\":\"11111111-0000-8000-8000-000000000001\",\"kind\":2,"
                              "\"name\":\"x\"}");
    expect(&held, 409, "\"code\":\"HELD\"");
    ANSWER done = ASK("POST", path_of(key, "1", "/redrive", path), bootstrap_token);
    expect(&done, 200, "\"state\":\"DONE\"");
    expect(&done, 200, "\"outcome\":\"APPLIED\"");
    expect(&done, 200, "\"outcome\":\"REFUSED\",\"code\":\"CUSTOMER_EXISTS\"");
    ANSWER gone = ASK("POST", path_of(key, "1", "/redrive", path), bootstrap_token);
    expect(&gone, 404, NULL);
    /* The hold ended with the last of them. */
    ANSWER free_again = ASK("POST", "/v1/customers", bootstrap_token, "free",
                            .body = "{\"customerId\":\"11111111-0000-8000-8000-000000000001\","
                                    "\"kind\":2,\"name\":\"x\"}");
    expect(&free_again, 409, "CUSTOMER_EXISTS");
}

static void test_discarded_by_two(void **state)
{
    NEEDS_DATABASE();
    static const char key[] = "11111111-0000-8000-8000-000000000002";
    char path[128], one[ACCESS_TOKEN_TEXT_MAX], other[ACCESS_TOKEN_TEXT_MAX];
    operator_token(fixture, "22222222-0000-8000-8000-000000000001", one, sizeof one);
    operator_token(fixture, "22222222-0000-8000-8000-000000000002", other, sizeof other);
    park_one(fixture, key, "1", NULL);
    ANSWER still = ASK("POST", path_of(key, "1", "/redrive", path), one);
    expect(&still, 200, "\"state\":\"STOPPED\"");
    expect(&still, 200, "\"outcome\":\"PARKED\",\"code\":\"malformed\"");
    path_of(key, "1", "/discard", path);
    ANSWER without = ASK("POST", path, one, .body = "{}");
    expect(&without, 400, "\"field\":\"reason\"");
    ANSWER asked = ASK("POST", path, one, .body = "{\"reason\":\"made by a broken script\"}");
    expect(&asked, 202, "\"state\":\"DISCARD_REQUESTED\"");
    ANSWER alone = ASK("POST", path, one, .body = "{}");
    expect(&alone, 409, "\"code\":\"SOD_VIOLATION\"");
    ANSWER approved = ASK("POST", path, other, .body = "{}");
    expect(&approved, 200, "\"outcome\":\"DISCARDED\"");
    expect(&approved, 200, "\"state\":\"DONE\"");
    ANSWER list = ASK("GET", "/v1/parked", bootstrap_token);
    expect(&list, 200, "\"total\":0");
    char id[UUID_TEXT_SIZE], events[160];
    uuid_format(id, parked_id(key, "1"));
    snprintf(events, sizeof events, "/v1/streams/parked/%s/events", id);
    ANSWER explained = ASK("GET", events, bootstrap_token);
    expect(&explained, 200, "\"reason\":\"made by a broken script\"");
    expect(&explained, 200, "\"requestedBy\":\"principal:22222222-0000-8000-8000-000000000001\"");
    expect(&explained, 200, "\"approvedBy\":\"principal:22222222-0000-8000-8000-000000000002\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_redriven_in_order),
        cmocka_unit_test(test_discarded_by_two),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
