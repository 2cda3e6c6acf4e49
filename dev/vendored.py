"""``python -m dev.vendored <folder>``: makes web/vendor/yjs.js, the one script of somebody else's that a browser loads.

The folder is one where ``npm install yjs@13.6.33 esbuild`` has been run. The file is committed; this runs only when the
version changes. One file, so that nothing is bundled at run time and no other host is asked.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

VENDOR: Final = Path(__file__).parent.parent / "web" / "vendor"

ENTRY: Final = """export {
  Doc, UndoManager, applyUpdate, encodeStateAsUpdate, encodeStateVector, mergeUpdates, transact,
} from "yjs";
"""

PACKAGES: Final = ("yjs", "lib0")


def bundle(folder: Path) -> bytes:
    """The script. Raises `subprocess.CalledProcessError` when esbuild refuses."""
    packages = {name: json.loads((folder / "node_modules" / name / "package.json").read_text()) for name in PACKAGES}
    names = ", ".join(f"{name} {package['version']}" for name, package in packages.items())
    banner = f"// {names}: MIT licence, see LICENSE.txt. Made by dev/vendored.py, don't edit.\n// @ts-nocheck"
    esbuild = [str(folder / "node_modules" / ".bin" / "esbuild"), "--bundle", "--format=esm", "--minify"]
    return subprocess.run(
        [*esbuild, "--target=es2022", "--legal-comments=none", f"--banner:js={banner}"],
        cwd=folder,
        input=ENTRY.encode(),
        capture_output=True,
        check=True,
    ).stdout


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit("Usage: python -m dev.vendored <folder with node_modules>")
    folder = Path(sys.argv[1])
    (VENDOR / "yjs.js").write_bytes(bundle(folder))
    licences = [f"{name}\n\n{(folder / 'node_modules' / name / 'LICENSE').read_text().strip()}\n" for name in PACKAGES]
    (VENDOR / "LICENSE.txt").write_text("\n".join(licences))
    print(f"{(VENDOR / 'yjs.js').stat().st_size} bytes")


if __name__ == "__main__":
    main()
