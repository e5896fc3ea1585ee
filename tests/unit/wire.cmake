# SPDX-License-Identifier: Apache-2.0
# The messages of `everything` come from tests/property/json. jansson is the oracle that our reader is compared with.
unit_test(wire_message USES wire everything)
unit_test(wire_text USES wire everything)
unit_test(wire_json USES wire everything)
unit_test(wire_json_reject USES wire everything PkgConfig::jansson)
unit_test(wire_event_registry USES wire everything)
