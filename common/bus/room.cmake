# SPDX-License-Identifier: Apache-2.0
# The only room with librdkafka: its headers do not show it, so nobody else can call it.
file(GLOB sources RELATIVE ${CMAKE_SOURCE_DIR}/common/bus CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/common/bus/*.c)
room(bus common/bus SOURCES ${sources} USES base identity eventlog contract PRIVATE_USES PkgConfig::rdkafka)
