# SPDX-License-Identifier: Apache-2.0
file(GLOB sources RELATIVE ${CMAKE_SOURCE_DIR}/services/payments/formats CONFIGURE_DEPENDS
     ${CMAKE_SOURCE_DIR}/services/payments/formats/*.c)
room(payments_formats services/payments/formats SOURCES ${sources} USES base money PRIVATE_USES PkgConfig::xml-2.0)
