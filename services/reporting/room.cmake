# SPDX-License-Identifier: Apache-2.0
room(reporting services/reporting
     SOURCES model.c store.c store_aging.c store_items.c tables.c question.c aging.c aging_writer.c open_items.c lists.c
             routes.c
     USES base money identity wire database eventlog http service contract)
embed_sql(reporting reporting_migrations DIRECTORIES common/eventlog/postgres/migrations services/reporting/migrations)

program(duebook-reporting SOURCES services/reporting/main.c USES reporting)
set_target_properties(duebook-reporting PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
