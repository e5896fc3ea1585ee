# SPDX-License-Identifier: Apache-2.0
# Each property lists its programs in tests/property/<name>/property.cmake.
file(GLOB properties CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/property/*/property.cmake)
foreach(property ${properties})
  include(${property})
endforeach()
