# SPDX-License-Identifier: Apache-2.0
foreach(noun http_parser http_router http_headers http_server http_limits http_openapi)
  unit_test(${noun} USES http)
endforeach()
foreach(noun metrics trace health)
  unit_test(${noun} USES observe)
endforeach()
