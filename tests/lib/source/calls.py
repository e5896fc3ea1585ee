# SPDX-License-Identifier: Apache-2.0
"""What no C of ours may call or do: functions that overrun or guess, floating point near money, raw minor units."""
import re

BANNED = {
    "strcpy": "no bound", "strcat": "no bound", "sprintf": "no bound", "vsprintf": "no bound", "gets": "no bound",
    "atoi": "cannot fail", "atol": "cannot fail", "atoll": "cannot fail", "atof": "cannot fail",
    "strtod": "floating point and the locale", "strtof": "floating point and the locale", "strtok": "hidden state",
    "setlocale": "changes what every number means", "alloca": "no bound", "system": "a shell",
}
# Proto3 JSON has fields of type double and float, and somebody must read them. No amount is one.
EXCUSED = {"common/wire/json_number.c": {"strtod", "strtof"}}


def banned_calls(tree):
    """Calls that overrun, guess or hide state are not made."""
    breaks = []
    for path in tree.c():
        names = "|".join(name for name in BANNED if name not in EXCUSED.get(path, ()))
        breaks += tree.search([path], rf"(?<![\w.>])({names})\s*\(",
                              lambda match: f"{match.group(1)}: {BANNED[match.group(1)]}")
    return breaks


def exact_money(tree):
    """No floating point in a domain, in common/money, or anywhere near an amount."""
    paths = [path for path in tree.c("common/money", "services")
             if path.startswith("common/money/") or "/domain/" in path or "/formats/" in path]
    return tree.search(paths, r"\b(double|float|long double)\b", lambda match: match.group(1))


def raw_minor(tree):
    """Raw minor units outside common/money carry the reason on their line: /* raw: why */."""
    breaks = []
    for path in tree.c("common", "services", "deploy"):
        if path.startswith("common/money/"):
            continue
        lines = tree.text(path).splitlines()
        for number, code in enumerate(tree.code(path).splitlines(), 1):
            if not re.search(r"(\.|->)\s*minor\b", code):
                continue
            # clang-format may have put a comment that did not fit on the line before.
            nearby = lines[number - 1] + (lines[number - 2] if number > 1 else "")
            if "raw:" not in nearby:
                breaks.append(f"{path}:{number}: {lines[number - 1].strip()[:80]}")
    return breaks


def no_goto(tree):
    """Cleanup attributes instead of ladders of goto."""
    return tree.search(tree.c("common", "services", "deploy"), r"\bgoto\b", "goto")


RULES = {"banned-calls": banned_calls, "exact-money": exact_money, "raw-minor": raw_minor, "no-goto": no_goto}
