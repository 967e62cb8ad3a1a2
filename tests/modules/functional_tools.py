"""itertools, functools, operator, bisect, heapq and random in C: results.
The output is the test."""

import warnings
warnings.simplefilter("ignore")
import itertools as I, _functools as F, _operator as O, _bisect as B, _heapq as H, _random as R
def t(f,*a,**k):
    try: return f(*a,**k)
    except Exception as e: return type(e).__name__+': '+str(e)
print(list(I.accumulate([1,2,3,4])),list(I.accumulate([1,2,3],O.mul)),list(I.accumulate([1,2],initial=10)),list(I.accumulate([])),list(I.accumulate([],initial=1)))
print(list(I.batched('abcdefg',3)),list(I.chain('abc',[1,2])),list(I.chain.from_iterable(['ab','cd'])))
for r in range(6): print(list(I.combinations('abcd',r)),list(I.permutations('abcd',r)),list(I.combinations_with_replacement('abc',r)))
print(list(I.permutations('abc')),list(I.product('ab','cd')),list(I.product('ab',repeat=3)),list(I.product()),list(I.product('ab',[])))
print(list(I.compress('abcdef',[1,0,1,0,1,1])),list(I.dropwhile(lambda x:x<5,[1,4,6,4,1])),list(I.takewhile(lambda x:x<5,[1,4,6,4,1])),list(I.filterfalse(lambda x:x%2,range(10))),list(I.filterfalse(None,range(3))))
print([(k,list(g)) for k,g in I.groupby('AAAABBBCCDAABBB')],[(k,len(list(g))) for k,g in I.groupby([1,1,2,3,3],lambda x:x%2)])
g=I.groupby([1,1,2,2,3]); k1,g1=next(g); k2,g2=next(g); print(k1,k2,list(g1),list(g2))
for a in [(2,),(2,4),(2,None),(0,None,2),(1,6,3),(None,),(3,1),(0,),(None,None,None)]: print(a,list(I.islice('ABCDEFG',*a)))
print(list(I.pairwise('ABCDE')),list(I.pairwise([1])),list(I.starmap(pow,[(2,5),(3,2)])),list(I.zip_longest('ABCD','xy',fillvalue='-')),list(I.zip_longest()))
a,b,c=I.tee(range(5),3); print(next(a),next(a),list(b),list(a),list(c)); d=a.__copy__(); print(list(d))
c=I.count(5); print(next(c),next(c),c,I.count(2**62-2)); c=I.count(2**62-2); print([next(c) for _ in range(5)]); c=I.count(1.5,0.25); print([next(c) for _ in range(5)],c); c=I.count(0,-3); print([next(c) for _ in range(4)],c)
c=I.cycle('abc'); print([next(c) for _ in range(8)]); print(list(I.islice(I.cycle([]),3)),list(I.repeat(1,3)),I.repeat(2),I.repeat(2,5).__length_hint__())
print(F.reduce(O.add,[1,2,3]),F.reduce(O.add,[],5),t(F.reduce,O.add,[]),t(F.reduce,O.add,5))
p=F.partial(pow,2); print(p(5),p,p.func,p.args,p.keywords,F.partial(p,3)); q=F.partial(int,base=2); print(q('101'),q,F.partial(q,'11')(),q('z',base=36)); q.foo=1; print(q.__dict__,q.__reduce__()); print(t(F.partial),t(F.partial,1))
print(sorted([3,1,2],key=F.cmp_to_key(lambda a,b:b-a)),t(lambda:F.cmp_to_key(1)(2)<3), F.cmp_to_key(lambda a,b:0)(5).obj)
class CI:
    def __init__(s,*a): s.a=a
    def __repr__(s): return 'CI%r'%(s.a,)
calls=[]
def f(*a,**k): calls.append((a,k)); return len(calls)
for ms in (None,0,2,5):
    w=F._lru_cache_wrapper(f,ms,False,CI); calls.clear()
    print(ms,[w(1),w(1),w(2),w(3),w(1),w(1.0),w('a'),w(x=1),w(x=1),w(1,2),w(1,y=2)],w.cache_info()); w.cache_clear(); print(w.cache_info(),t(w,[]))
w=F._lru_cache_wrapper(f,5,True,CI); print(w(1),w(1.0),w(1),w(True))
class X:
    m=F._lru_cache_wrapper(lambda self,a:(a,),3,False,CI)
x=X(); print(x.m(1),x.m(1),X.m.cache_info())
def fib(n): return n if n<2 else fib(n-1)+fib(n-2)
fib=F._lru_cache_wrapper(fib,None,False,CI); print(fib(100),fib.cache_info())
class P: pass
o=P(); o.a=P(); o.a.b=5; o.c=6
print(O.attrgetter('a.b')(o),O.attrgetter('c','a.b')(o),O.attrgetter('a.b','c'),t(O.attrgetter,1),t(O.attrgetter('x'),o),t(O.attrgetter('a')),t(O.attrgetter('a'),1,2),t(O.attrgetter('a'),x=1))
print(O.itemgetter(1)([5,6]),O.itemgetter(1,0)([5,6]),O.itemgetter(1,'a'),t(O.itemgetter(5),[1]),O.itemgetter(slice(1,3))('abcd'))
print(O.methodcaller('upper')('a'),O.methodcaller('split',',',maxsplit=1)('a,b,c'),O.methodcaller('split',',',maxsplit=1),t(O.methodcaller,1),O.methodcaller('x').__reduce__())
print(O.concat([1],[2]),t(O.concat,1,2),O.indexOf([1,2,3],2),t(O.indexOf,[1],5),O.countOf([1,2,1],1),O.length_hint([1]),t(O.length_hint,1,'a'),O.length_hint(1,7),O.truth([]),O.not_(0),O.is_(1,1),O._compare_digest('a','a'),O._compare_digest(b'a',b'b'),t(O._compare_digest,'a',b'a'),t(O._compare_digest,'é','a'),O.call(max,1,2),O.iadd([1],[2]),O.pow(2,3),O.index(True),t(O.index,1.5),t(O.add,1,'a'),t(O.lt,1,'a'),t(O.contains,1,2))
l=[1,2,2,3]; print([B.bisect_left(l,2),B.bisect_right(l,2),B.bisect_left(l,2,2),B.bisect_right(l,5),t(B.bisect_left,l,1,-1),B.bisect_left([3,2,1],2,key=lambda x:-x)]); B.insort_left(l,2); B.insort_right(l,0); print(l)
for high in (-1,-2,None,2): l=[1,2,3]; places=B.bisect_left(l,2,0,high),B.bisect_right(l,2,1,high); B.insort_left(l,9,0,high); B.insort_right(l,2,0,high,key=lambda x:x); print(places,l)
h=[]; 
for v in [5,3,8,1,9,2,7]: H.heappush(h,v)
print(h,[H.heappop(h) for _ in range(7)],t(H.heappop,[]),t(H.heappush,(),1)); h=[9,8,7,6,5,4,3,2,1]; H.heapify(h); print(h,H.heapreplace(h,10),H.heappushpop(h,0),h); H._heapify_max(h); print(h,H._heappop_max(h),H._heapreplace_max(h,3),h)
r=R.Random()
for s in (0,1,42,-42,2**100,12345678901234567890,'abc'.__len__(),3.5,None):
    if s is None: continue
    r.seed(s); print(s,[r.random() for _ in range(3)],[r.getrandbits(k) for k in (1,5,31,32,33,63,64,65,100,200)])
st=r.getstate(); a=[r.random() for _ in range(1000)]; r.setstate(st); print(a==[r.random() for _ in range(1000)],len(st),st[-1],t(r.setstate,1),t(r.setstate,(1,)),t(r.getrandbits,-1),r.getrandbits(0),sum(a))
R.Random(5).random(); print(R.Random(5).random())
