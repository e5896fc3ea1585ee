# SPDX-License-Identifier: Apache-2.0
file(GLOB domain RELATIVE ${CMAKE_SOURCE_DIR}/services/collections/domain CONFIGURE_DEPENDS
     ${CMAKE_SOURCE_DIR}/services/collections/domain/*.c)
room(collections_domain services/collections/domain DOMAIN SOURCES ${domain} USES base money identity contract)

room(collections services/collections
     SOURCES model.c inbound.c store.c store_read.c tables.c lists.c prepare.c routes.c jobs.c states.c
     USES collections_domain base money identity wire database eventlog http service contract)
embed_sql(collections collections_migrations DIRECTORIES common/eventlog/postgres/migrations services/collections/migrations)

program(duebook-collections SOURCES services/collections/main.c USES collections)
set_target_properties(duebook-collections PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
