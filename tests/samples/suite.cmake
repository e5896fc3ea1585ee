# SPDX-License-Identifier: Apache-2.0
# Programs that tests/samples/run puts beside the real files.
program(camt_dump SOURCES tests/samples/camt_dump.c USES payments_formats base money PkgConfig::jansson)
set_target_properties(camt_dump PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/samples)
