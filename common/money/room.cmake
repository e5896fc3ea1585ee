# SPDX-License-Identifier: Apache-2.0
file(GLOB sources RELATIVE ${CMAKE_SOURCE_DIR}/common/money CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/common/money/*.c)
room(money common/money SOURCES ${sources} USES base contract)
