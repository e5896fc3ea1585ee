# SPDX-License-Identifier: Apache-2.0
if(NOT TARGET payments_formats)
  include(${CMAKE_SOURCE_DIR}/services/payments/formats/room.cmake)
endif()
file(GLOB domain RELATIVE ${CMAKE_SOURCE_DIR}/services/payments/domain CONFIGURE_DEPENDS
     ${CMAKE_SOURCE_DIR}/services/payments/domain/*.c)
room(payments_domain services/payments/domain DOMAIN SOURCES ${domain} USES base money identity contract)
