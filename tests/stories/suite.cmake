# SPDX-License-Identifier: Apache-2.0
# One runner for the stories of all services that this tree has.
if(NOT TARGET service_models)
  include(${CMAKE_SOURCE_DIR}/tests/lib/service_models.cmake)
endif()
program(stories SOURCES tests/stories/runner.c tests/stories/story.c tests/stories/story_names.c
                        tests/stories/story_play.c tests/stories/story_message.c
                USES service_models eventlog wire base identity)
set_source_files_properties(tests/stories/runner.c PROPERTIES COMPILE_DEFINITIONS "STORY_SERVICES=${SERVICE_MODELS}")
set_target_properties(stories PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/stories)
