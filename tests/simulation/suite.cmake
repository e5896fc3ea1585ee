# SPDX-License-Identifier: Apache-2.0
# All services that this tree has, in one process.
if(NOT TARGET service_models)
  include(${CMAKE_SOURCE_DIR}/tests/lib/service_models.cmake)
endif()
if(TARGET invoicing)
  program(simulate SOURCES tests/simulation/simulate.c tests/simulation/actors.c tests/simulation/process.c
                           tests/simulation/relay.c tests/simulation/workload.c tests/simulation/months.c
                           tests/simulation/invariants.c tests/simulation/digest.c
                   USES service_models eventlog wire base identity contract)
  set_source_files_properties(tests/simulation/simulate.c PROPERTIES
                              COMPILE_DEFINITIONS "SIMULATION_SERVICES=${SERVICE_MODELS}")
  set_target_properties(simulate PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/simulation)
endif()
