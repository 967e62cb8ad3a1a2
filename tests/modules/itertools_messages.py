"""itertools: arguments and messages.
The output is the test."""

import warnings
warnings.simplefilter("ignore")
import itertools
def t(s):
    try: r=repr(eval(s))
    except BaseException as e: r=type(e).__name__+': '+str(e)
    print(s, '->', r.split(' at 0x')[0])
for s in ["itertools.tee([1],-1)","itertools.islice([1])","itertools.islice([1],-1)","itertools.islice([1],-1,2)","itertools.islice([1],1,-1)","itertools.islice([1],1,2,0)","itertools.islice([1],'a')","itertools.islice([1],'a',2)","itertools.islice([1],1,2,'a')","itertools.islice([1],1,2,3,4)","itertools.chain(a=1)","itertools.chain(1)","list(itertools.chain(1))","itertools.count('a')","itertools.count(1,'a')","itertools.count(1,2,3)","itertools.repeat()","itertools.repeat(1,'a')","itertools.repeat(1,-3)","itertools.product([1],repeat=-1)","itertools.product([1],x=1)","itertools.combinations([1],-1)","itertools.combinations([1])","itertools.permutations([1],'a')","itertools.permutations([1],-1)","itertools.batched([1],0)","list(itertools.batched([1,2,3],2,strict=True))","itertools.zip_longest([1],x=1)","itertools.groupby()","itertools.accumulate()","itertools.pairwise()","itertools.pairwise(a=1)","itertools.starmap(1)","itertools.starmap(1,2)","list(itertools.starmap(pow,[1]))","itertools.cycle()","itertools.cycle(1)","itertools.compress(1,2)","itertools.filterfalse()","itertools.takewhile(1)","itertools._tee","itertools._tee_dataobject","itertools.tee([1])","itertools.count(1.5)","itertools.count(1,1)","itertools.count(1.0,1)", "itertools.repeat(1).__length_hint__()", "itertools.product([1]*100,repeat=10**18)","itertools.groupby([1]).__next__()","itertools.islice([1],10**30)", ]: t(s)
