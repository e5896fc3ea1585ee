# SPDX-License-Identifier: Apache-2.0
unit_test(billctl_parts USES billctl_room)
