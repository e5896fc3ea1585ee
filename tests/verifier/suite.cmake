# SPDX-License-Identifier: Apache-2.0
program(make_vectors SOURCES tests/verifier/make_vectors.c USES base identity eventlog contract PkgConfig::jansson)
set_target_properties(make_vectors PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/verifier)
