"""Arithmetic and conversion of ints of all sizes, against checksums.
The output is the test."""

import binascii

_checksum = _count = 0


def record(*values):
    """Adds what print would show to a checksum, printed after each 100 records."""
    global _checksum, _count
    _checksum = binascii.crc32(' '.join(map(str, values)).encode(), _checksum)
    _count += 1
    if _count % 100 == 0:
        print(_count, _checksum)


seed=12345
def rnd():
    global seed
    seed=(seed*6364136223846793005+1442695040888963407)&((1<<64)-1)
    return seed>>11
def rint(bits):
    n=0
    while bits>0:
        k=min(bits,50)
        n=(n<<k)|(rnd()&((1<<k)-1))
        bits-=k
    if rnd()&1: n=-n
    return n
sizes=[1,2,5,30,31,32,61,62,63,64,65,120,127,128,129,200,500,1000,3000]
def t(f,*a):
    try: return f(*a)
    except Exception as e: return type(e).__name__+str(e)
edges=[0,1,-1,2,-2,(1<<61)-1,(1<<61),(1<<62)-1,1<<62,-(1<<62),-(1<<62)-1,(1<<63)-1,1<<63,-(1<<63),-(1<<63)-1,(1<<64)-1,1<<64,-(1<<64),1<<128,(1<<128)-1,-(1<<128)]
for i in range(600):
    a=rint(sizes[rnd()%19]) if rnd()%4 else edges[rnd()%len(edges)]
    b=rint(sizes[rnd()%19]) if rnd()%4 else edges[rnd()%len(edges)]
    s=rnd()%200
    record(a+b,a-b,a*b,a&b,a|b,a^b,~a,-a,abs(a),a<<s,a>>s,a<b,a==b,a<=b,hash(a),a.bit_length(),a.bit_count(),t(divmod,a,b),t(lambda:a//b),t(lambda:a%b),t(lambda:a/b),t(float,a),t(round,a,-(s%20)),hex(a),oct(a),bin(a),format(a,'x'),format(a,','),int(str(a)),int(hex(a),16),t(pow,a%1000,s%50),t(pow,a,abs(b)%100000,abs(a)+1),t(pow,a,-3,b),t(lambda:a.to_bytes(20,'little',signed=True)),t(lambda:b.to_bytes(10,'big')),t(lambda: a==float(a)),t(lambda: a<float(b)), t(lambda: float(b)>=a))
    if i%10==0: record(int.from_bytes(a.to_bytes(500,'big',signed=True),'big',signed=True)==a, int.from_bytes(abs(a).to_bytes(500,'little'),'little')==abs(a))
