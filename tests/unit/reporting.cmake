# SPDX-License-Identifier: Apache-2.0
# The aging through feed, tables and HTTP. Runs inside tests/lib/with-environment; without it the tests are skipped.
unit_test(reporting_aging USES reporting service)
if(TARGET test_reporting_aging)
  embed_sql(test_reporting_aging reporting_aging_migrations DIRECTORIES
            common/eventlog/postgres/migrations services/reporting/migrations)
endif()
