"""What README, Makefile and the locks say is true."""

import re
import subprocess
import sys
from pathlib import Path

import yaml

from app.config import SETTINGS, read

PROJECT = Path(__file__).resolve().parents[2]
README = (PROJECT / "README.md").read_text()


def tracked() -> list[str]:
    listing = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    return listing.stdout.splitlines()


def test_the_tree_of_the_readme_is_the_real_tree():
    block = README.split("```tree\n")[1].split("```")[0]
    told = {line.split()[0] for line in block.splitlines() if line.strip()}
    missing = [path for path in told if not (PROJECT / path).exists()]
    assert not missing, f"README's tree names what is not there: {missing}"
    top = {path.split("/")[0] + ("/" if "/" in path else "") for path in tracked()}
    folders = {f"app/{path.parent.name}/" for path in (PROJECT / "app").glob("*/__init__.py")}
    modules = {
        f"{folder}/{path.name}"
        for folder in ("app", "geo", "seeds")
        for path in (PROJECT / folder).glob("*.py")
        if path.name != "__init__.py"
    }
    untold = sorted((top | folders | modules) - told)
    assert not untold, f"add to README's tree, one line each: {untold}"


def test_the_readme_names_each_setting_with_its_default():
    for setting in SETTINGS:
        assert f"| `{setting.name}` | {f'`{setting.default}`' if setting.default != '' else ''}" in README, (
            f"README's table of settings lacks {setting.name}, or has another default"
        )


def test_every_verb_of_make_has_its_line_of_help():
    makefile = (PROJECT / "Makefile").read_text()
    verbs = set(re.search(r"^\.PHONY: (.*)$", makefile, re.M).group(1).split())
    helped = set(re.findall(r"^([a-z]+):.*## ", makefile, re.M))
    assert verbs == helped
    assert all(f"make {verb}" in README for verb in verbs - {"help"}), f"README names every verb: {sorted(verbs)}"


def test_no_lock_names_the_host_of_a_registry():
    for path in ("requirements.txt", "requirements-dev.txt", "requirements-uv.txt", "app/static/package-lock.json"):
        assert "://" not in re.sub(r'"(?:url|funding)": "[^"]*"', "", (PROJECT / path).read_text()), (
            f"{path} names a host: run `make lock`"
        )


def test_the_locks_hold_what_is_asked_for():
    """Every package of pyproject.toml is pinned, each with hashes."""
    asked = set(re.findall(r'^    "([a-z0-9-]+)', (PROJECT / "pyproject.toml").read_text().split("[tool.alembic]")[0], re.M))
    locked = (PROJECT / "requirements-dev.txt").read_text()
    pinned = set(re.findall(r"^([a-z0-9-]+)(?:\[[^]]*\])?==", locked, re.M))
    assert asked <= pinned, f"run `make lock`: {sorted(asked - pinned)}"
    assert len(re.findall(r"==", locked)) <= len(re.findall(r"--hash=sha256:", locked))


def test_no_large_file_is_committed():
    large = [path for path in tracked() if (PROJECT / path).exists() and (PROJECT / path).stat().st_size > 4_000_000]
    assert not large, f"derive, compress or leave out: {large}"


def test_no_file_names_a_path_of_one_machine():
    found = subprocess.run(["git", "grep", "-nIE", "/(root|home|work)/[a-z]"], cwd=PROJECT, capture_output=True, text=True)
    lines = [
        line
        for line in found.stdout.splitlines()
        if not line.startswith(("tests/consistency/", "app/local_database.py", "docker/"))
    ]
    assert not lines, f"a path of one machine: {lines}"


def test_the_scripts_of_the_project_are_valid_shell():
    for script in ("docker/debian-packages.sh", "docker/entrypoint.sh", ".ci/run"):
        assert subprocess.run(["bash", "-n", PROJECT / script]).returncode == 0


def test_the_compose_file_is_valid_and_keeps_the_database_inside():
    compose = yaml.safe_load((PROJECT / "docker/compose.yml").read_text())
    assert set(compose["services"]) == {"web", "timer", "database"}
    assert not {"ports"} & {*compose["services"]["database"], *compose["services"]["timer"]}, "the web service alone is reached"
    assert "volumes" in compose["services"]["database"]


def test_the_compose_file_gives_the_web_and_the_timer_every_setting_that_production_asks_for():
    services = yaml.safe_load((PROJECT / "docker/compose.yml").read_text())["services"]
    assert services["web"]["environment"] == services["timer"]["environment"]
    asked = {"SITE_NAME": "essai.exemple", "SECRET_KEY": "s" * 40, "PROXY_COUNT": "1", "DATABASE_PASSWORD": "essai"}
    asked |= {"PUBLISHER": "Essai", "CONTACT_EMAIL": "contact@essai.exemple", "MAIL_FROM": "maillage@essai.exemple"}
    asked |= {"SMTP_HOST": "courrier.essai.exemple"}
    text = (PROJECT / "docker/compose.yml").read_text()
    assert set(re.findall(r"\$\{(\w+):\?", text)) == asked.keys(), "compose asks for other variables than this test gives"
    missing = [name for name in asked if f"`{name}`" not in README]
    assert not missing, f"README's line on Docker names what compose asks for: {missing}"

    def given(value: str) -> str:
        value = re.sub(r"\$\{(\w+):\?[^}]*\}", lambda found: asked[found[1]], value)
        return re.sub(r"\$\{\w+:-(.*?)\}", r"\1", value)

    read({name: given(str(value)) for name, value in services["web"]["environment"].items()})


def test_hadolint_finds_nothing_in_the_dockerfile():
    result = subprocess.run(
        [Path(sys.executable).parent / "hadolint", PROJECT / "docker/Dockerfile"], capture_output=True, text=True
    )
    assert result.returncode == 0, result.stdout


def test_the_version_is_that_of_the_changelog():
    from_project = subprocess.run(
        [sys.executable, "-c", "from app.version import VERSION; print(VERSION)"], cwd=PROJECT, capture_output=True, text=True
    )
    assert f"## {from_project.stdout.strip()}" in (PROJECT / "CHANGELOG.md").read_text()
