"""Programs whose files, or whose input, end too early: what is said, and that nothing is pointed at behind the
end. The output is the test."""

import os
import subprocess
import sys

PROGRAMS = [
    "def f():", "if x:\n", "class A:\n    def f(self):\n", "while 1:\n    # comment", "try:\n    pass\n",
    "try:\n    pass\nfinally:", "try:\n    pass\n\n\n", "if 1:\n    try:\n        x\n# comment\n", "match x:\n",
    "match x:\n    case 1:", "with a:\n\n", "@x\n", "def f(\n", "x = {\n'a': 1\ndef f(): pass", "lambda:",
    "for x in y:", '"""abc\ndef\n', 'f"""abc\n{x\n', "x = (1 +", "x = 1 +\n", "if x:\n  a\nelse:\n",
    "async def f():", "try:\n    x\nexcept ValueError:", "try:\n    x\nexcept* ValueError:\n", "x = 1 \\",
    "x = 1 \\\n", "\\", "if x: \\", "f(a, \\", "print('abc'", "type X =",
    "def f():\n    try:\n        return 1\n    # comment\n\ny = 2\n",
]


def show(*arguments, **options):
    done = subprocess.run([sys.executable, *arguments], stderr=subprocess.PIPE, text=True, **options)
    print(done.returncode, done.stderr.replace(os.getcwd() + "/", ""), end="")


for source in PROGRAMS:
    print("###", repr(source))
    with open("program.py", "w") as file:
        file.write(source)
    show("program.py")
    show(input=source)
    show("-c", source)
