# SPDX-License-Identifier: Apache-2.0
"""Tables for people: columns as wide as they need to be, numbers to the right, a rule above the totals. Names come last in
a row, because how wide a terminal draws ക്ഷ or 株 is the terminal's own affair."""


def table(headings, rows, totals=(), left=(0,)):
    """Rows of texts; `left`: columns that are words. The last column is never padded."""
    lines = [headings, *rows, *totals]
    widths = [max(len(str(line[column])) for line in lines) for column in range(len(headings))]

    def row(line):
        cells = [str(cell).ljust(width) if column in left else str(cell).rjust(width) for column, (cell, width) in enumerate(zip(line, widths))]
        return ("  " + "  ".join(cells)).rstrip()
    rule = "  " + "  ".join("─" * width for width in widths)
    return [row(headings), rule, *map(row, rows), *([rule] if totals else []), *map(row, totals)]


def heading(text):
    return ["", text, "═" * len(text)]
