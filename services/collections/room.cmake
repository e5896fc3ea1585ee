# SPDX-License-Identifier: Apache-2.0
file(GLOB domain RELATIVE ${CMAKE_SOURCE_DIR}/services/collections/domain CONFIGURE_DEPENDS
     ${CMAKE_SOURCE_DIR}/services/collections/domain/*.c)
room(collections_domain services/collections/domain DOMAIN SOURCES ${domain} USES base money identity contract)
