# SPDX-License-Identifier: Apache-2.0
if(TARGET payments)
  unit_test(payments_references USES payments_domain base)
  unit_test(payments_natural_key USES payments_domain contract base)
  unit_test(payments_import USES payments payments_domain payments_formats contract eventlog money base)
endif()
