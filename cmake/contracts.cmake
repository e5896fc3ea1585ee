# SPDX-License-Identifier: Apache-2.0
# The contracts: one library `contract` of everything that protoc-c generates from proto/. Generated headers are SYSTEM.
set(CONTRACT_DIR ${CMAKE_BINARY_DIR}/contract)
file(GLOB_RECURSE CONTRACT_PROTOS CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/proto/billing/*.proto)
set(CONTRACT_SOURCES ${CONTRACT_DIR}/google/protobuf/timestamp.pb-c.c)
foreach(proto ${CONTRACT_PROTOS})
  file(RELATIVE_PATH relative ${CMAKE_SOURCE_DIR}/proto ${proto})
  string(REGEX REPLACE "\\.proto$" ".pb-c.c" relative ${relative})
  list(APPEND CONTRACT_SOURCES ${CONTRACT_DIR}/${relative})
endforeach()
add_custom_command(OUTPUT ${CONTRACT_SOURCES}
  COMMAND ${CMAKE_SOURCE_DIR}/cmake/protoc_c.sh ${CMAKE_SOURCE_DIR}/proto ${CONTRACT_DIR}
  DEPENDS ${CONTRACT_PROTOS} ${CMAKE_SOURCE_DIR}/cmake/protoc_c.sh)
add_library(contract STATIC ${CONTRACT_SOURCES})
target_include_directories(contract SYSTEM PUBLIC ${CONTRACT_DIR})
target_link_libraries(contract PUBLIC PkgConfig::protobuf-c)
