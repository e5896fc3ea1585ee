# SPDX-License-Identifier: Apache-2.0
# The rules of invoicing, pure: no database, no bus, no clock.
unit_test(en16931 USES invoicing_domain)
unit_test(invoicing_master_data USES invoicing_domain)
unit_test(invoicing_invoice USES invoicing_domain)
unit_test(invoicing_credit_note USES invoicing_domain)
unit_test(invoicing_bill USES invoicing_domain)
