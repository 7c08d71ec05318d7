"""`make check`: known holes in what requirements.lock installs, told by pip-audit.

pip-audit stands in a virtual environment of its own (build/audit), because its dependencies are not
ours. Ends with 1 where a hole is known; where nothing can be asked it says why and ends with 0.
"""

import json
import subprocess
import sys
import venv
from pathlib import Path

REPO = Path(__file__).parent.parent
HOME = REPO / "build" / "audit"
PIP_AUDIT = "pip-audit==2.9.0"
SECONDS = 600


def main() -> int:
    """Install pip-audit, ask it, and say what it found."""
    if problem := install():
        return skipped(f"pip-audit cannot be installed: {problem}")
    said = ask()
    if said is None:
        return skipped("no advisory database can be reached")
    asked = [d for d in said if "skip_reason" not in d]
    holes = [(d["name"], d["version"], v) for d in asked for v in d["vulns"]]
    for name, version, hole in holes:
        write(f"{name} {version}: {hole['id']}, fixed in {', '.join(hole['fix_versions'])}")
    if said and not asked:
        return skipped(f"of {len(said)} packages: {said[0]['skip_reason']}")
    write(f"{len(asked)} of {len(said)} packages audited, {len(holes)} known holes")
    return 1 if holes else 0


def install() -> str:
    """Make the environment if need be, and return what went wrong, "" for nothing."""
    if not (HOME / "bin" / "pip-audit").exists():
        venv.create(HOME, with_pip=True, clear=True)
        pip = (HOME / "bin" / "python", "-m", "pip", "install", "--quiet", PIP_AUDIT)
        done = subprocess.run(pip, capture_output=True, text=True, timeout=SECONDS)
        return done.stderr.strip()[-200:] if done.returncode else ""
    return ""


def ask() -> list[dict[str, object]] | None:
    """Return what pip-audit says of each package, None where it could not ask."""
    words = ("-r", "requirements.lock", "--require-hashes", "--disable-pip", "--format", "json")
    done = subprocess.run(
        (HOME / "bin" / "pip-audit", *words, "--progress-spinner", "off"),
        cwd=REPO,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    try:
        return json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        write(done.stderr.strip()[-400:])
        return None


def write(line: str) -> None:
    """Print a line."""
    sys.stdout.write(line + "\n")


def skipped(why: str) -> int:
    """Say why nothing was audited."""
    write(f"audit skipped: {why}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
