"""House rules that the code keeps; each message says what to do."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
SOURCES = sorted(
    path for folder in ("app", "geo", "seeds") for path in (PROJECT / folder).rglob("*.py") if "node_modules" not in path.parts
)
MODULES = {path: ast.parse(path.read_text()) for path in SOURCES}
LONGEST_FILE = 300


def name(path: Path) -> str:
    return str(path.relative_to(PROJECT))


@pytest.mark.parametrize("tool", [("ruff", "check"), ("ruff", "format", "--check"), ("mypy",)], ids=" ".join)
def test_style_and_types_hold(tool: tuple[str, ...]):
    arguments = [*tool, "."] if tool[0] == "ruff" else list(tool)
    result = subprocess.run([sys.executable, "-m", *arguments], cwd=PROJECT, capture_output=True, text=True)
    assert result.returncode == 0, f"run `make check` and mend:\n{result.stdout[-4000:]}{result.stderr[-1000:]}"


def test_imports_run_one_way():
    result = subprocess.run([Path(sys.executable).parent / "lint-imports"], cwd=PROJECT, capture_output=True, text=True)
    assert result.returncode == 0, f"imports run seeds → app → geo, and from user to used inside app:\n{result.stdout[-3000:]}"


def test_every_subject_of_app_stands_in_an_import_contract():
    subjects = {path.parent.name for path in (PROJECT / "app").glob("*/views.py")}
    contracts = (PROJECT / "pyproject.toml").read_text()
    missing = [subject for subject in sorted(subjects) if f'"app.{subject}"' not in contracts]
    assert not missing, f"add to the layers of [tool.importlinter] in pyproject.toml: {missing}"


def test_no_import_hides_inside_a_function():
    hidden = [
        f"{name(path)}:{statement.lineno}"
        for path, module in MODULES.items()
        for function in ast.walk(module)
        if isinstance(function, ast.FunctionDef) and function.name != "create_app"
        for statement in ast.walk(function)
        if isinstance(statement, ast.Import | ast.ImportFrom)
    ]
    assert not hidden, f"move these imports to the top of their file, a cycle is a design to change: {hidden}"


def test_a_file_has_one_subject():
    lengths = {name(path): len(path.read_text().splitlines()) for path in SOURCES if "migrations" not in path.parts}
    long = {file: lines for file, lines in lengths.items() if lines > LONGEST_FILE}
    assert not long, f"split by noun what has more than {LONGEST_FILE} lines: {long}"


def test_a_module_says_its_idea():
    silent = [name(path) for path, module in MODULES.items() if not ast.get_docstring(module)]
    assert not silent, f"open these with a docstring that says their idea: {silent}"


MAY_COMMIT = {"views.py", "commands.py", "__main__.py", "env.py", "serve.py"}


def test_only_views_and_commands_commit():
    commits = [
        f"{name(path)}:{call.lineno}"
        for path, module in MODULES.items()
        if path.name not in MAY_COMMIT
        for call in ast.walk(module)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "commit"
    ]
    assert not commits, f"leave these commits to the view or the command: {commits}"


def test_every_table_is_known_to_the_migrations():
    models = {name(path).removesuffix(".py").replace("/", ".") for path in (PROJECT / "app").rglob("models.py")}
    with_tables = {model for model in models if "mapped_column" in (PROJECT / (model.replace(".", "/") + ".py")).read_text()}
    migrations = (PROJECT / "app/migrations/env.py").read_text()
    missing = [model for model in sorted(with_tables) if model not in migrations]
    assert not missing, f"import in app/migrations/env.py: {missing}"
