# SPDX-License-Identifier: Apache-2.0
# The only room with libpq: its headers do not show it, so nobody else can call it.
file(GLOB sources RELATIVE ${CMAKE_SOURCE_DIR}/common/database CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/common/database/*.c)
room(database common/database SOURCES ${sources} USES base identity PRIVATE_USES PkgConfig::pq)
include(${CMAKE_SOURCE_DIR}/cmake/embed_sql.cmake)
