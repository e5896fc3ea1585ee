# SPDX-License-Identifier: Apache-2.0
file(GLOB domain RELATIVE ${CMAKE_SOURCE_DIR}/services/reconciliation/domain CONFIGURE_DEPENDS
     ${CMAKE_SOURCE_DIR}/services/reconciliation/domain/*.c)
room(reconciliation_domain services/reconciliation/domain DOMAIN SOURCES ${domain} USES base money identity contract)

room(reconciliation services/reconciliation
     SOURCES model.c inbound.c store.c store_tie_out.c store_tie_out_rows.c store_tie_out_last.c tables.c lists.c
             routes.c jobs.c states.c
     USES reconciliation_domain base money identity wire database eventlog http service contract)
embed_sql(reconciliation reconciliation_migrations
          DIRECTORIES common/eventlog/postgres/migrations services/reconciliation/migrations)

program(duebook-reconciliation SOURCES services/reconciliation/main.c USES reconciliation)
set_target_properties(duebook-reconciliation PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
