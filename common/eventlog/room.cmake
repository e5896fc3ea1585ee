# SPDX-License-Identifier: Apache-2.0
file(GLOB sources RELATIVE ${CMAKE_SOURCE_DIR}/common/eventlog CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/common/eventlog/*.c
     ${CMAKE_SOURCE_DIR}/common/eventlog/memory/*.c ${CMAKE_SOURCE_DIR}/common/eventlog/postgres/*.c)
room(eventlog common/eventlog SOURCES ${sources}
     USES base identity wire database contract PkgConfig::crypto PkgConfig::sodium)
