# SPDX-License-Identifier: Apache-2.0
file(GLOB domain RELATIVE ${CMAKE_SOURCE_DIR}/services/invoicing/domain CONFIGURE_DEPENDS
     ${CMAKE_SOURCE_DIR}/services/invoicing/domain/*.c)
room(invoicing_domain services/invoicing/domain DOMAIN SOURCES ${domain} USES base money identity contract)

room(invoicing services/invoicing
     SOURCES model.c store.c tables.c lists.c prepare.c routes.c store_bill_run.c jobs.c states.c
     USES invoicing_domain base money identity wire database eventlog http service contract)
embed_sql(invoicing invoicing_migrations DIRECTORIES common/eventlog/postgres/migrations services/invoicing/migrations)

program(duebook-invoicing SOURCES services/invoicing/main.c USES invoicing)
set_target_properties(duebook-invoicing PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
