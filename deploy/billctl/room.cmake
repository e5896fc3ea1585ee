# SPDX-License-Identifier: Apache-2.0
# The operator's tool. It knows every service by its model (data only), so that it can decode, fold and prove.
file(GLOB billctl_sources RELATIVE ${CMAKE_SOURCE_DIR}/deploy/billctl CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/deploy/billctl/*.c)
list(REMOVE_ITEM billctl_sources main.c)
include(${CMAKE_SOURCE_DIR}/cmake/sealed_service.cmake)
set(billctl_services "")
# What billctl calls of a service beside its model.
set(billctl_wants_reconciliation tie_out_read)
foreach(name invoicing payments reconciliation collections reporting)
  list(APPEND billctl_wants_${name} ${name}_routes)
endforeach()
set(billctl_has "")
foreach(name invoicing payments reconciliation collections reporting)
  if(TARGET ${name})
    sealed_service(${name} ${billctl_wants_${name}})
    list(APPEND billctl_services ${name}_sealed)
    string(TOUPPER ${name} upper)
    list(APPEND billctl_has BILLCTL_HAS_${upper})
  endif()
endforeach()
room(billctl_room deploy/billctl
     SOURCES ${billctl_sources}
     USES ${billctl_services} base money identity wire database eventlog bus http service contract
          PkgConfig::curl PkgConfig::jansson)
target_compile_definitions(billctl_room PRIVATE ${billctl_has})
program(billctl SOURCES deploy/billctl/main.c USES billctl_room)
set_target_properties(billctl PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
