# SPDX-License-Identifier: Apache-2.0
if(NOT TARGET payments_formats)
  include(${CMAKE_SOURCE_DIR}/services/payments/formats/room.cmake)
endif()
unit_test(camt USES payments_formats base money)
unit_test(camt_safety USES payments_formats base money)
unit_test(statement_check USES payments_formats base money)
