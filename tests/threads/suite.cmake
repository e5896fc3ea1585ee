# SPDX-License-Identifier: Apache-2.0
# What tests/threads/run needs of a build with ThreadSanitizer: the programs, and the unit tests of what threads share.
add_custom_target(threads)
foreach(target billctl duebook-invoicing duebook-payments duebook-reconciliation duebook-collections duebook-reporting
               test_http_server test_api test_metrics test_health test_log test_zone test_traces)
  if(TARGET ${target})
    add_dependencies(threads ${target})
  endif()
endforeach()
