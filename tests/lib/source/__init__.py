# SPDX-License-Identifier: Apache-2.0
"""The rules of tests/check-source, a file for each kind."""
