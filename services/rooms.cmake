# SPDX-License-Identifier: Apache-2.0
foreach(name invoicing payments reconciliation collections reporting)
  if(EXISTS ${CMAKE_SOURCE_DIR}/services/${name}/room.cmake)
    include(${CMAKE_SOURCE_DIR}/services/${name}/room.cmake)
  endif()
endforeach()
