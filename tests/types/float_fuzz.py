"""Arithmetic, conversion and formatting of floats and complex numbers, against checksums.
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
def t(f,*a):
    try: return f(*a)
    except Exception as e: return type(e).__name__+str(e)
sp=[0.0,-0.0,1.0,-1.0,0.5,-0.5,1.5,2.5,float('inf'),float('-inf'),float('nan'),1e308,1e-308,5e-324,-5e-324,1e16,1e15,123456789.125,1e22,1e23,0.1,1/3,2.0**53,2.0**62,2.0**63,-2.0**63,1e-5,1e-4,9.999e-5]
import struct
def rf():
    k=rnd()%4
    if k==0: return sp[rnd()%len(sp)]
    if k==1: return struct.unpack('d',struct.pack('Q',((rnd()<<11)|rnd()%2048)&((1<<64)-1)))[0]
    if k==2: return (rnd()%100000-50000)/[1,2,4,10,100,1000,3][rnd()%7]
    return rnd()/2.0**53*10.0**(rnd()%40-20)
specs=['','.3','.0f','.2f','.10e','g','.5g','#.5g','+.3f',' .3f','010.2f','_.2f',',.2f','>12','<12.3','^15.4f','*=15.2f','%','.1%','n','E','G','.17g','r'[:0],'z.1f','#.0f','020,.3f','.30f','e','F','.0e','.0g','#.0e']
for i in range(1500):
    a=rf(); b=rf(); n=rnd()%30-10
    record(repr(a),a+b,a-b,a*b,t(lambda:a/b),t(lambda:a//b),t(lambda:a%b),t(divmod,a,b),t(lambda:a**b),a<b,a==b,a>=b,t(int,a),t(round,a),t(round,a,n),t(lambda:a.as_integer_ratio()),a.hex(),t(lambda: float.fromhex(a.hex())),a.is_integer(),(hash(a) if a==a else 0),abs(a),-a,str(a),float(repr(a)))
    s=specs[rnd()%len(specs)]; record(s,t(format,a,s),'%r %s %g %.3f %e %10.2f %-10.1e|'%(a,a,a,a,a,a,a))
    c=complex(a,b); d=complex(b,rf())
    record(c,c+d,c-d,t(lambda:c==d),t(lambda:hash(c)) if a==a and b==b else 0,t(lambda: complex(repr(c)[1:-1])) if '(' in repr(c) else '',t(format,c,s))
