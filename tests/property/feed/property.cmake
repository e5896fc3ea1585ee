# SPDX-License-Identifier: Apache-2.0
program(feed_property SOURCES tests/property/feed/feed.c tests/property/feed/world.c tests/property/feed/producer.c
        USES eventlog base)
set_target_properties(feed_property PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/property)
