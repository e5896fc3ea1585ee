# SPDX-License-Identifier: Apache-2.0
file(GLOB sources RELATIVE ${CMAKE_SOURCE_DIR}/common/base CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/common/base/*.c)
room(base common/base SOURCES ${sources} USES PkgConfig::protobuf-c Threads::Threads)
