"""Types that several modules share are made ready by whichever uses them first, in any thread."""
# weft only: CPython looks for the modules in sys.modules

import os
import sys

from _team import together
from testing import equal, run


def test_types_whose_module_is_not_the_one_in_sys_modules():
    sys.modules["resource"] = sys.modules["_multibytecodec"] = sys
    usage = os.wait4(os.posix_spawn("/bin/sh", ["sh", "-c", "exit 3"], {}), 0)[2]
    assert usage.ru_utime >= 0 and len(usage) == 16
    del sys.modules["resource"], sys.modules["_multibytecodec"]
    import resource

    assert type(usage) is resource.struct_rusage


def test_codecs_of_several_modules():
    if os.environ.get("BUILD", "").startswith("tsan"):
        return  # it does not see the C library's own lock around what its converters load
    sys.modules["_multibytecodec"] = sys
    names = {"_codecs_cn": "gbk", "_codecs_hk": "big5hkscs", "_codecs_jp": "shift_jis", "_codecs_kr": "cp949"}

    def encode():
        for module, name in names.items():
            equal(__import__(module).getcodec(name).encode("a"), (b"a", 1))

    together(encode, repeat=4)
    del sys.modules["_multibytecodec"]


run(globals())
