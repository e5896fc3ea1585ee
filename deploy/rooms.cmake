# SPDX-License-Identifier: Apache-2.0
if(EXISTS ${CMAKE_SOURCE_DIR}/deploy/billctl/room.cmake)
  include(${CMAKE_SOURCE_DIR}/deploy/billctl/room.cmake)
endif()
