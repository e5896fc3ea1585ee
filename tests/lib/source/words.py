# SPDX-License-Identifier: Apache-2.0
"""Words that do not belong in the project: unfinished work, places of one machine, hosts of package registries."""
import re

# In pieces, so that this file does not break its own rules.
_UNFINISHED = "|".join(("TO" "DO", "FIX" "ME", "HA" "CK", "not " "implemented", "simplified " "for now", "not yet " "implemented"))
_PLACES = "|".join(("/wo" "rk/", "/fa" "rm/", "/tmp/" r"bash_jobs", "/home/" r"\w+/", r"/root/(?!x\b)\w", "/tmp/" r"build-\w"))
_HOSTS = "|".join((r"registry\.npm" r"js\.org", r"\bpypi" r"\.org", r"files\.python" r"hosted\.org", r"repo1?\.maven",
                   r"repo\.maven\.apache" r"\.org", r"proxy\.golang" r"\.org", r"deb\.debian" r"\.org",
                   r"crates\.io\b", r"registry\.yarnpkg", r"artifact" r"registry", r"docker\.pkg\.dev"))
_MAKERS = "|".join(("clau" "de", "anthro" "pic", "chat" "gpt", "co" "pilot", r"language " r"model", r"\bAI " r"agent"))


def _texts(tree):
    """What people wrote; corpora and stored outputs are what they are."""
    for path in tree.files:
        if "/corpus/" in path or path.endswith((".lock", ".json.gz")) or path == "LICENSE":
            continue
        yield path


def unfinished(tree):
    """Nothing says that it is unfinished: finish it, or open an issue."""
    return tree.search(_texts(tree), rf"\b({_UNFINISHED})\b", lambda match: match.group(0), raw=True)


def places(tree):
    """No path of the machine that somebody worked on."""
    return tree.search(_texts(tree), rf"(?<![\w.\-/$}}])({_PLACES})", lambda match: match.group(0), raw=True)


def registries(tree):
    """No host of a package registry: where packages come from is the business of each machine."""
    return tree.search(_texts(tree), rf"(?i)({_HOSTS})", lambda match: match.group(0), raw=True)


def makers(tree):
    """The project speaks about billing, not about who or what typed it."""
    return tree.search(_texts(tree), rf"(?i)\b({_MAKERS})\b", lambda match: match.group(0), raw=True)


def merge_marks(tree):
    """No conflict was committed."""
    return tree.search(_texts(tree), r"(?m)^(<{7} |>{7} )", "conflict mark", raw=True)


RULES = {"unfinished": unfinished, "places": places, "registries": registries, "makers": makers,
         "merge-marks": merge_marks}
