# SPDX-License-Identifier: Apache-2.0
file(GLOB domain RELATIVE ${CMAKE_SOURCE_DIR}/services/reconciliation/domain CONFIGURE_DEPENDS
     ${CMAKE_SOURCE_DIR}/services/reconciliation/domain/*.c)
room(reconciliation_domain services/reconciliation/domain DOMAIN SOURCES ${domain}
     USES base money identity contract)
