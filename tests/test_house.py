"""The shape of the code: sizes, names, imports, words that the outside relies on."""

from __future__ import annotations

import ast
import json
import os
import re
import statistics
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import skyhold
from skyhold.cli.main import VERBS

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "skyhold"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LAYERS = PROJECT["tool"]["importlinter"]["contracts"][0]["layers"]  # from right to left
BANNED = {"utils", "util", "common", "core", "base", "helpers", "helper", "misc", "stuff", "tools", "manager"}
LONGEST_FILE, LONGEST_FUNCTION, SHORT_FUNCTION, SHORT_SHARE = 400, 60, 20, 0.80
HEAVY = {"numpy", "numba", "xarray", "matplotlib", "pydantic", "pandas", "zarr", "pyarrow", "h3"}

MODULES = sorted(SOURCE.rglob("*.py"))


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts)


def is_kernel(path: Path) -> bool:
    return path.stem == "kernels" or path.stem.endswith("_kernels")


def functions(path: Path) -> Iterator[tuple[str, int, bool]]:
    """Name, lines without the docstring, and whether it is public, of each function of a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{module_name(path)}.{node.name}", body_lines(node), not node.name.startswith("_")


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    total = (node.end_lineno or node.lineno) - node.lineno + 1
    first = node.body[0]
    documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return total - ((first.end_lineno or 0) - first.lineno + 1 if documented else 0)


def run_python(code: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    finished = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True
    )
    return finished.stdout


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_file_is_short_and_named_after_its_field(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE
    assert not BANNED & set(path.relative_to(SOURCE).with_suffix("").parts)


def test_functions_are_short(report_figure):
    sizes = {name: lines for path in MODULES for name, lines, _ in functions(path) if not is_kernel(path)}
    kernels = {name: lines for path in MODULES for name, lines, _ in functions(path) if is_kernel(path)}
    share = sum(lines <= SHORT_FUNCTION for lines in sizes.values()) / len(sizes)
    longest = max(sizes, key=sizes.__getitem__)
    report_figure(
        f"house: {len(MODULES)} files, {len(sizes)} functions, "
        f"median {statistics.median(sizes.values()):.0f} lines, {share:.0%} at most {SHORT_FUNCTION}, "
        f"longest {sizes[longest]} ({longest}); {len(kernels)} in kernels, "
        f"longest {max(kernels.values(), default=0)} (docstrings not counted)"
    )
    assert {name: lines for name, lines in sizes.items() if lines > LONGEST_FUNCTION} == {}
    assert share >= SHORT_SHARE


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_public_names_have_docstrings(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), "the module says what it is"
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    public = [node for node in tree.body if isinstance(node, kinds) and not node.name.startswith("_")]
    public = [node for node in public if "overload" not in map(ast.unparse, node.decorator_list)]
    assert [node.name for node in public if not ast.get_docstring(node)] == []


@pytest.mark.parametrize("path", [p for p in MODULES if is_kernel(p)], ids=module_name)
def test_kernels_import_only_kernels_to_their_left(path):
    [place] = [i for i, layer in enumerate(LAYERS) if path.parent.name in layer.split(" | ")]
    left = {name for layer in LAYERS[place + 1 :] for name in layer.split(" | ")}
    allowed = {"__future__", "math", "typing", "skyhold.constants"}
    allowed |= {module_name(file) for name in left for file in (SOURCE / name).glob("*kernels.py")}
    allowed |= {module_name(beside) for beside in path.parent.glob("*kernels.py") if beside != path}
    foreign = {name for name in imports(path) if name.split(".")[0] not in ("numpy", "numba")}
    assert foreign <= allowed


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "."


def test_every_folder_is_on_the_line_that_the_architecture_draws():
    drawn = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").splitlines()
    [line] = [row for row in drawn if row.strip().startswith("constants units errors ->")]
    stations = [set(re.findall(r"[a-z_]+", station)) for station in line.split("->")]
    assert stations == [set(layer.split(" | ")) for layer in reversed(LAYERS)]
    placed = set().union(*stations)
    assert {path.name for path in SOURCE.iterdir() if (path / "__init__.py").exists()} <= placed


def test_import_is_light():
    loaded = set(json.loads(run_python("import sys, json, skyhold; print(json.dumps(sorted(sys.modules)))")))
    assert not HEAVY & loaded


def test_help_is_light(report_figure):
    code = """
import io, json, os, sys
from contextlib import redirect_stdout
from skyhold.cli.main import run_verb
with redirect_stdout(io.StringIO()) as text:
    code = run_verb(["--help"])
t = os.times()
print(json.dumps([code, text.getvalue(), sorted(sys.modules), t.user + t.system]))
"""
    exit_code, text, loaded, cpu_s = json.loads(run_python(code))
    assert exit_code == 0
    assert all(verb in text for verb in VERBS)
    assert not HEAVY & set(loaded)
    report_figure(f"skyhold --help: {cpu_s:.2f} CPU-seconds, start of Python included")


def test_a_file_a_verb():
    assert {verb for verb in VERBS if not (SOURCE / "cli" / f"{verb}.py").is_file()} == set()


def test_exports_are_documented():
    pages = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs").rglob("*.md"))
    assert [name for name in skyhold.__all__ if f"skyhold.{name}" not in pages] == []


def test_exports_exist():
    assert [name for name in skyhold.__all__ if getattr(skyhold, name, None) is None] == []


@pytest.mark.parametrize("first", ["skyhold", "skyhold.simulate", "skyhold.simulate.run"])
def test_simulate_is_a_word_after_any_import(first):
    code = f"import {first}, skyhold; print(callable(skyhold.simulate), callable(skyhold.simulate))"
    assert run_python(code).strip() == "True True"


def test_changelog_has_the_version():
    assert f"## {skyhold.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert PROJECT["project"]["version"] == skyhold.__version__


def test_each_dependency_is_accounted_for():
    project = PROJECT["project"]
    page = (ROOT / "docs" / "why" / "dependencies.md").read_text(encoding="utf-8")
    extras = [needed for extra in project["optional-dependencies"].values() for needed in extra]
    names = [re.split(r"[<>=\[ ]", requirement)[0] for requirement in [*project["dependencies"], *extras]]
    assert [name for name in names if f"| {name} |" not in page] == []
    groups = PROJECT["dependency-groups"]
    tools = [
        re.split(r"[<>=\[ ]", needed)[0] for group in ("test", "lint", "docs") for needed in groups[group]
    ]
    assert [name for name in tools if name not in page] == []


def test_each_example_has_its_output():
    examples = {path.stem for path in (ROOT / "examples").glob("*.py")}
    assert examples
    assert {name for name in examples if not (ROOT / "examples" / f"{name}.out").is_file()} == set()


def tracked_files() -> list[Path]:
    try:
        listed = subprocess.run(
            ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no git checkout")
    return [path for name in listed.splitlines() if (path := ROOT / name).is_file()]


def test_no_path_of_one_machine():
    pattern = re.compile(rb"(?<![\w.])/(work|root|home|Users)/\w|[A-Z]:\\Users")
    found = [str(path.relative_to(ROOT)) for path in tracked_files() if pattern.search(path.read_bytes())]
    assert found == []
