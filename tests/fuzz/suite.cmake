# SPDX-License-Identifier: Apache-2.0
# One libFuzzer target per decoder and file format: tests/fuzz/fuzz_<name>.c, seeds in tests/fuzz/corpus/<name>. Built
# only with DUEBOOK_FUZZ (preset fuzz, clang); the target `fuzzers` makes all of them, into <build>/fuzz.
option(DUEBOOK_FUZZ "build the fuzz targets; needs clang" OFF)
if(DUEBOOK_FUZZ)
  add_custom_target(fuzzers)
endif()

# fuzz_target(name USES rooms…)
function(fuzz_target name)
  cmake_parse_arguments(F "" "" "USES" ${ARGN})
  if(DUEBOOK_FUZZ AND EXISTS ${CMAKE_SOURCE_DIR}/tests/fuzz/fuzz_${name}.c)
    program(fuzz_${name} SOURCES tests/fuzz/fuzz_${name}.c USES ${F_USES})
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    set_target_properties(fuzz_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
    add_dependencies(fuzzers fuzz_${name})
  endif()
endfunction()

fuzz_target(json USES wire everything)
fuzz_target(message USES wire everything)
fuzz_target(camt USES payments_formats money base)
