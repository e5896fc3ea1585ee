# SPDX-License-Identifier: Apache-2.0
# Cases and dunning on the memory store; the events of every vector are in tests/stories/collections.
unit_test(collections_case USES collections)
