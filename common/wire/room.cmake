# SPDX-License-Identifier: Apache-2.0
file(GLOB sources RELATIVE ${CMAKE_SOURCE_DIR}/common/wire CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/common/wire/*.c)
room(wire common/wire SOURCES ${sources} USES base money contract)
