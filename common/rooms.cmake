# SPDX-License-Identifier: Apache-2.0
# The rooms of common/, in the order in which they may use each other. Each room lists itself in a file of its own.
foreach(name base money identity wire database eventlog bus http observe service)
  if(EXISTS ${CMAKE_SOURCE_DIR}/common/${name}/room.cmake)
    include(${CMAKE_SOURCE_DIR}/common/${name}/room.cmake)
  endif()
endforeach()
