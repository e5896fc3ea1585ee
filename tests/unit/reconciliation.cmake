# SPDX-License-Identifier: Apache-2.0
unit_test(reconciliation_item USES reconciliation)
unit_test(reconciliation_match USES reconciliation)
unit_test(reconciliation_application USES reconciliation)
unit_test(reconciliation_tie_out USES reconciliation)
unit_test(reconciliation_store USES reconciliation)
