# SPDX-License-Identifier: Apache-2.0
# One runner for the stories of all services that this tree has.
set(STORY_ROOMS "")
set(STORY_SERVICES "")
foreach(name invoicing payments reconciliation collections reporting)
  if(TARGET ${name} AND EXISTS ${CMAKE_SOURCE_DIR}/services/${name}/model.c)
    list(APPEND STORY_ROOMS ${name})
    string(APPEND STORY_SERVICES "X(${name}) ")
  endif()
endforeach()
program(stories SOURCES tests/stories/runner.c tests/stories/story.c tests/stories/story_names.c
                        tests/stories/story_play.c
                USES ${STORY_ROOMS} eventlog wire base identity)
set_source_files_properties(tests/stories/runner.c PROPERTIES COMPILE_DEFINITIONS "STORY_SERVICES=${STORY_SERVICES}")
set_target_properties(stories PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/stories)
