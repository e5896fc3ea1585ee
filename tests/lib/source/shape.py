# SPDX-License-Identifier: Apache-2.0
"""The shape of files: how long, how they open, that tests are registered and scripts are strict."""
import re
import subprocess

LINES_WANTED, LINES_MAX, FUNCTION_MAX = 500, 650, 70
_SPDX = "SPDX-License-Identifier: Apache-2.0"
_PRODUCT = ("common/", "services/", "deploy/")


def file_size(tree):
    """A file holds one noun: over 650 lines there are surely two (about 500 is the aim; generated files excepted)."""
    breaks = []
    for path in tree.files:
        if not path.endswith((".c", ".h", ".py", ".sh", ".sql")) or tree.generated(path):
            continue
        count = tree.text(path).count("\n")
        if count > LINES_MAX:
            breaks.append(f"{path}: {count} lines")
        elif count > LINES_WANTED:
            tree.warnings.append(f"{path}: {count} lines; has a second noun crept in?")
    return breaks


def _functions(code):
    """(first line, last line) of every function body; our style closes a function with a brace of its own."""
    begin = None
    for number, line in enumerate(code.splitlines(), 1):
        if line.startswith("{"):
            begin = number
        elif re.match(r"^[A-Za-z_].*\)\s*\{\s*$", line):
            begin = number
        elif line.rstrip() == "}" and begin is not None:
            yield begin, number
            begin = None


def function_size(tree):
    """A function has at most 70 lines between its braces."""
    breaks = []
    for path in tree.c():
        if tree.generated(path):
            continue
        for begin, end in _functions(tree.code(path)):
            if end - begin - 1 > FUNCTION_MAX:
                text = f"{path}:{begin}: {end - begin - 1} lines in one function"
                if path.startswith(_PRODUCT):
                    breaks.append(text)
                else:
                    tree.warnings.append(text)
    return breaks


def header_comment(tree):
    """Every file opens with its licence, and C then says what the noun is."""
    breaks, files = [], set(tree.files)
    for path in tree.files:
        head = tree.text(path)[:1500]
        if path.endswith((".c", ".h")):
            if not head.startswith(f"/* {_SPDX}"):
                breaks.append(f"{path}:1: /* {_SPDX}")
            elif path.endswith(".c") and path[:-1] + "h" in files:
                continue  # The header is the door: what the noun is stands there.
            elif len(re.sub(r"[\s*/]+", " ", head.split("*/")[0].replace(_SPDX, "")).strip()) < 20:
                breaks.append(f"{path}:2: what is it, and why is it there?")
        elif path.endswith((".sh", ".cmake", ".py", ".proto", ".sql", "CMakeLists.txt")) or head.startswith("#!"):
            if _SPDX not in "\n".join(head.splitlines()[:3]):
                breaks.append(f"{path}:1: {_SPDX}")
    return breaks


def header_guards(tree):
    """A header can be included twice."""
    return [f"{path}: #pragma once, or a guard" for path in tree.c("common", "services", "deploy")
            if path.endswith(".h") and not re.search(r"#pragma once|#ifndef\s+\w+\s+#define\s+\w+", tree.code(path))]


def tests_registered(tree):
    """Every tests/unit/NOUN.c is built: a test that nobody runs proves nothing."""
    lists = "\n".join(tree.text(path) for path in tree.files if path.startswith("tests/") and path.endswith(".cmake"))
    breaks = []
    for path in tree.files:
        match = re.fullmatch(r"tests/unit/(\w+)\.c", path)
        if match and not re.search(rf"\b{match.group(1)}\b", lists):
            breaks.append(f"{path}: no list in tests/unit/*.cmake names it")
    return breaks


def _scripts(tree):
    for path in tree.files:
        text = tree.text(path)
        if re.match(r"#!.*\b(ba)?sh\b", text):
            yield path, True, "bash" in text.split("\n", 1)[0]
        elif path.endswith(".sh"):
            yield path, False, True


def strict_scripts(tree):
    """A script that runs stops at the first error and at names that nobody set."""
    breaks = []
    for path, runs, bash in _scripts(tree):
        wanted = r"^\s*set -euo pipefail" if bash else r"^\s*set -eu"
        if runs and not re.search(wanted, tree.text(path), re.M):
            breaks.append(f"{path}: set -euo pipefail")
        if bash:
            check = subprocess.run(["bash", "-n", path], cwd=tree.root, capture_output=True, text=True)
            if check.returncode:
                breaks.append(check.stderr.strip().splitlines()[0])
    return breaks


RULES = {"file-size": file_size, "function-size": function_size, "header-comment": header_comment,
         "header-guards": header_guards, "tests-registered": tests_registered, "strict-scripts": strict_scripts}
