"""itertools: __reduce__ and __setstate__.
The output is the test."""

import warnings
warnings.simplefilter("ignore")
import itertools as I
def rebuild(it):
    r=it.__reduce__(); o=r[0](*r[1])
    if len(r)>2 and r[2] is not None: o.__setstate__(r[2])
    return o
mk=[lambda:I.count(3),lambda:I.count(3,2),lambda:I.repeat(3,4),lambda:I.chain([1,2],[3]),lambda:I.cycle([1,2,3]),lambda:I.islice(range(20),2,15,3),lambda:I.product('ab','cd'),lambda:I.combinations('abcd',2),lambda:I.combinations_with_replacement('abc',2),lambda:I.permutations('abcd',2),lambda:I.takewhile(lambda x:x<5,range(9)),lambda:I.dropwhile(lambda x:x<5,range(9)),lambda:I.accumulate([1,2,3,4]),lambda:I.accumulate([1,2,3],initial=5),lambda:I.compress('abcd',[1,0,1,1]),lambda:I.starmap(pow,[(1,2),(3,4)]),lambda:I.filterfalse(None,[0,1,0,2]),lambda:I.groupby([1,1,2])]
for n in range(6):
    for m in mk:
        it=m()
        for _ in range(n): next(it,None)
        r=it.__reduce__(); print(r[0].__name__,[x for x in r[1:] if not 'iterator' in repr(x) and not '<' in repr(x)]); 
        if r[0].__name__!='groupby': print(list(I.islice(rebuild(it),8)))
