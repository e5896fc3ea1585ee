# SPDX-License-Identifier: Apache-2.0
if(NOT TARGET payments_formats)
  include(${CMAKE_SOURCE_DIR}/services/payments/formats/room.cmake)
endif()
file(GLOB domain RELATIVE ${CMAKE_SOURCE_DIR}/services/payments/domain CONFIGURE_DEPENDS
     ${CMAKE_SOURCE_DIR}/services/payments/domain/*.c)
room(payments_domain services/payments/domain DOMAIN SOURCES ${domain} USES base money identity contract)

room(payments services/payments
     SOURCES model.c store.c tables.c store_file.c store_import.c lists.c prepare.c routes.c inbound.c import.c
             import_reading.c statement_facts.c entry_command.c posting.c jobs.c states.c
     USES payments_domain payments_formats base money identity wire database eventlog http service contract)
embed_sql(payments payments_migrations DIRECTORIES common/eventlog/postgres/migrations services/payments/migrations)

program(duebook-payments SOURCES services/payments/main.c USES payments)
set_target_properties(duebook-payments PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
