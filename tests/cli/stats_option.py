# weft only
# skip stats: this build counts
"""-X stats prints the counters of the build that has them; others say so, and run as always."""

import subprocess
import sys

result = subprocess.run([sys.executable, "-X", "stats", "-c", "print(1)"], capture_output=True, text=True)
assert result.returncode == 0
assert result.stdout == "1\n"
assert result.stderr == "stats: not counted in this build; make stats builds one that counts\n", result.stderr
