# SPDX-License-Identifier: Apache-2.0
file(GLOB sources RELATIVE ${CMAKE_SOURCE_DIR}/common/identity CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/common/identity/*.c)
room(identity common/identity SOURCES ${sources} USES base PRIVATE_USES PkgConfig::sodium)
