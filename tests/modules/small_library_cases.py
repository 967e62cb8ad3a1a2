# Small things of functools, time and random.
import functools
import inspect
import random
import time

key = functools.cmp_to_key(lambda a, b: a - b)
print(inspect.signature(key), key.__text_signature__)

p = functools.partial(print)
p.__setstate__((print, (1,), {"sep": ""}, {"attr": 1}))
print(p.__dict__)
p.__setstate__((print, (1,), {"sep": ""}, None))
print(p.__dict__)

t = time.gmtime(0)
for text in "\ud83d%Y\udc0d", "\0%Y\0", "é%m€%d", "%", "", "\0" * 3, "\udcf0\udc9f":
    print(ascii(time.strftime(text, t)))

for bits in -1, -(2**70), 2**64, 0, 1.0, "x":
    try:
        print(random.getrandbits(bits))
    except Exception as e:
        print(type(e).__name__, e)
random.seed(5)
print(random.getrandbits(33), random.getrandbits(32), random.getrandbits(200))
