# SPDX-License-Identifier: Apache-2.0
# The rooms that talk to PostgreSQL and Kafka. Run inside tests/lib/with-environment; without it their tests are skipped,
# but for those that librdkafka's mock cluster can serve.
foreach(name database database_commit database_pipeline database_copy migration)
  unit_test(${name} USES database)
endforeach()
if(TARGET test_migration)
  embed_sql(test_migration test_migrations DIRECTORIES tests/unit/migrations/b tests/unit/migrations/a)
endif()
unit_test(bus_publisher USES bus PkgConfig::rdkafka)
unit_test(bus_consumer USES bus PkgConfig::rdkafka)
