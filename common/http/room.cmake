# SPDX-License-Identifier: Apache-2.0
file(GLOB sources RELATIVE ${CMAKE_SOURCE_DIR}/common/http CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/common/http/*.c)
room(http common/http SOURCES ${sources} USES base money identity wire PkgConfig::event PkgConfig::jansson)
