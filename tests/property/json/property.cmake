# SPDX-License-Identifier: Apache-2.0
# The messages that the JSON of common/wire is tested with, and the tool that is compared with Google's Python.
set(EVERYTHING_DIR ${CMAKE_BINARY_DIR}/everything)
set(EVERYTHING_SOURCES ${EVERYTHING_DIR}/billing/everything/v1/everything.pb-c.c
  ${EVERYTHING_DIR}/google/protobuf/duration.pb-c.c ${EVERYTHING_DIR}/google/protobuf/wrappers.pb-c.c
  ${EVERYTHING_DIR}/google/protobuf/field_mask.pb-c.c)
add_custom_command(OUTPUT ${EVERYTHING_SOURCES}
  COMMAND ${CMAKE_SOURCE_DIR}/tests/property/json/generate ${CMAKE_SOURCE_DIR} ${EVERYTHING_DIR}
  DEPENDS ${CMAKE_SOURCE_DIR}/tests/property/json/generate ${CMAKE_SOURCE_DIR}/cmake/protoc_c.sh
    ${CMAKE_SOURCE_DIR}/tests/property/json/proto/everything.proto ${CONTRACT_PROTOS})
add_library(everything STATIC ${EVERYTHING_SOURCES})
target_include_directories(everything SYSTEM PUBLIC ${EVERYTHING_DIR})
target_link_libraries(everything PUBLIC contract)

program(json_tool SOURCES tests/property/json/json_tool.c USES wire everything)
set_target_properties(json_tool PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/property)
