# SPDX-License-Identifier: Apache-2.0
# A room is a directory that sees only its own headers and those of the rooms it uses: each is exported through a
# directory of its own that holds one symlink, so that "common/database/x.h" does not resolve unless that room is linked.
set(ROOMS ${CMAKE_BINARY_DIR}/rooms)
set(STRICT -Wall -Wextra -Wshadow -Wconversion -Wswitch-enum -Werror)

# room(name directory SOURCES files… USES rooms… [DOMAIN])
# DOMAIN forces the header that poisons clocks, randomness, I/O and floating point into every file of the room.
function(room name directory)
  cmake_parse_arguments(R "DOMAIN" "" "SOURCES;USES;PRIVATE_USES" ${ARGN})
  get_filename_component(parent ${directory} DIRECTORY)
  file(MAKE_DIRECTORY ${ROOMS}/${name}/${parent})
  file(CREATE_LINK ${CMAKE_SOURCE_DIR}/${directory} ${ROOMS}/${name}/${directory} SYMBOLIC)
  list(TRANSFORM R_SOURCES PREPEND ${directory}/)
  if(R_SOURCES)
    add_library(${name} STATIC ${R_SOURCES})
    target_include_directories(${name} PUBLIC ${ROOMS}/${name})
    target_link_libraries(${name} PUBLIC ${R_USES} PRIVATE ${R_PRIVATE_USES})
    target_compile_options(${name} PRIVATE ${STRICT})
    if(R_DOMAIN)
      target_compile_options(${name} PRIVATE -include ${CMAKE_SOURCE_DIR}/cmake/pure.h)
    endif()
  else()
    add_library(${name} INTERFACE)
    target_include_directories(${name} INTERFACE ${ROOMS}/${name})
    target_link_libraries(${name} INTERFACE ${R_USES})
  endif()
endfunction()

# program(name source… USES rooms…): an executable of ours.
function(program name)
  cmake_parse_arguments(P "" "" "USES;SOURCES" ${ARGN})
  add_executable(${name} ${P_SOURCES})
  target_link_libraries(${name} PRIVATE ${P_USES})
  target_compile_options(${name} PRIVATE ${STRICT})
endfunction()

# unit_test(name USES rooms…): tests/unit/<name>.c, a cmocka program; `tests/run unit` runs all of them.
function(unit_test name)
  cmake_parse_arguments(T "" "" "USES" ${ARGN})
  if(EXISTS ${CMAKE_SOURCE_DIR}/tests/unit/${name}.c)
    program(test_${name} SOURCES tests/unit/${name}.c USES ${T_USES} PkgConfig::cmocka)
    set_target_properties(test_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/unit)
  endif()
endfunction()
