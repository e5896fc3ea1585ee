# SPDX-License-Identifier: Apache-2.0
"""The files of the checkout, read once, and C with its comments and strings taken out, so that a rule about code is not
broken by a sentence that speaks about it."""
import os
import re
import subprocess

_TOKENS = re.compile(
    r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.S)


def _blank(match: re.Match) -> str:
    text = match.group(0)
    if text[0] == '"':
        return '"' + " " * (len(text) - 2) + '"'
    # Lines stay where they were, so that numbers of lines stay true.
    return re.sub(r"[^\n]", " ", text)


def code_of(text: str) -> str:
    return _TOKENS.sub(_blank, text)


def _keep_strings(match: re.Match) -> str:
    text = match.group(0)
    return text if text[0] in "\"'" else re.sub(r"[^\n]", " ", text)


def without_comments(text: str) -> str:
    return _TOKENS.sub(_keep_strings, text)


class Tree:
    def __init__(self, root: str):
        self.root = os.path.realpath(root)
        self.warnings: list[str] = []
        self._texts: dict[str, str] = {}
        self._codes: dict[str, str] = {}
        self.files = self._list()

    def _list(self) -> list[str]:
        """What belongs to the project: tracked, or new and not ignored. Without git, all but what builds make."""
        try:
            listed = subprocess.run(["git", "-C", self.root, "ls-files", "-z", "-co", "--exclude-standard"],
                                    check=True, capture_output=True).stdout.decode().split("\0")
        except (OSError, subprocess.CalledProcessError):
            listed = []
            for folder, folders, names in os.walk(self.root):
                folders[:] = [name for name in folders if name not in (".git", "build", "node_modules", "__pycache__")]
                listed += [os.path.relpath(os.path.join(folder, name), self.root) for name in names]
        return sorted({path for path in listed if path and os.path.isfile(os.path.join(self.root, path))})

    def text(self, path: str) -> str:
        if path not in self._texts:
            with open(os.path.join(self.root, path), "rb") as file:
                data = file.read()
            # Samples and corpora are bytes; no rule reads them.
            self._texts[path] = "" if b"\0" in data[:4096] else data.decode("utf-8", "replace")
        return self._texts[path]

    def code(self, path: str) -> str:
        if path not in self._codes:
            self._codes[path] = code_of(self.text(path))
        return self._codes[path]

    def generated(self, path: str) -> bool:
        """Files made by a program say so at their top."""
        return bool(re.search(r"\b(generated|made) by\b", self.text(path)[:600], re.I))

    def c(self, *folders: str) -> list[str]:
        return [path for path in self.files if path.endswith((".c", ".h"))
                and (not folders or path.startswith(tuple(folder + "/" for folder in folders)))]

    def search(self, paths, pattern: str, what, raw: bool = False) -> list[str]:
        """`path:line: what` for each match; `what` is a text or a function of the match."""
        found = []
        expression = re.compile(pattern)
        for path in paths:
            body = self.text(path) if raw else self.code(path)
            for match in expression.finditer(body):
                line = body.count("\n", 0, match.start()) + 1
                found.append(f"{path}:{line}: {what(match) if callable(what) else what}")
        return found
