# SPDX-License-Identifier: Apache-2.0
file(GLOB sources RELATIVE ${CMAKE_SOURCE_DIR}/common/service CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/common/service/*.c)
room(service common/service SOURCES ${sources}
     USES base money identity wire database eventlog bus http observe contract PkgConfig::crypto PkgConfig::sodium)
embed_sql(service vault_migrations DIRECTORIES common/eventlog/vault)
