# SPDX-License-Identifier: Apache-2.0
# Each suite lists its programs in a file of its own.
file(GLOB suites CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/*/suite.cmake)
foreach(suite ${suites})
  include(${suite})
endforeach()
