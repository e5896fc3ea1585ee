# SPDX-License-Identifier: Apache-2.0
# One cmocka program per noun: tests/unit/<noun>.c. `unit_test(noun USES rooms…)` skips what does not exist.
file(GLOB listed CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/unit/*.cmake)
foreach(list ${listed})
  if(NOT list MATCHES "suite.cmake$")
    include(${list})
  endif()
endforeach()
