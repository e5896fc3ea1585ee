# SPDX-License-Identifier: Apache-2.0
file(GLOB sources RELATIVE ${CMAKE_SOURCE_DIR}/common/observe CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/common/observe/*.c)
room(observe common/observe SOURCES ${sources} USES base)
