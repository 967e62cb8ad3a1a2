"""Reading and formatting numbers, struct, and complex arithmetic, against checksums.
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


seed=777
def rnd():
    global seed
    seed=(seed*6364136223846793005+1442695040888963407)&((1<<64)-1)
    return seed>>11
def t(f,*a,**k):
    try: return f(*a,**k)
    except Exception as e: return type(e).__name__+': '+str(e)
chars=' \t_+-0123456789abxXoOeEjJ.()infNaN\u0661\u00a0'
for i in range(1500):
    s=''.join(chars[rnd()%len(chars)] for _ in range(rnd()%8))
    record(repr(s),t(int,s),t(int,s,0),t(int,s,16),t(int,s,36),t(int,s,2),t(float,s),t(complex,s))
for s in ['1_000','0x_ff','0b1_0','0_0','00','0x','1__0','_1','1e5','1e1_0','1_0e5','1_.5','1._5','0x1p3','infinity','-Infinity','+nan','nan0',' 1 ','1 2','1e','1e+','.e1','.','1.','.5','-.5e-3','1'*30,'9'*18,'9'*19,'-'+'9'*18,'4611686018427387903','4611686018427387904','-4611686018427387904','-4611686018427387905','1+2j','1+j','j','-j','+j','1j+2','1e3j','1+-2j','(1+2j','1+2j)','nan+nanj','inf-infj','(j)','()','1_0+2_0j']:
    record(repr(s),t(int,s),t(int,s,0),t(int,s,16),t(float,s),t(complex,s),t(int,s.encode()),t(float,s.encode()))
ispecs=['d','5d','05d','+d',' d','<8d','^8d','=+8d','*>8d',',d','_d','_x','#x','#X','#o','#b','#010x','08,d','_b','#_b','c','n','e','.2f','%','g','x','X','-d','#','z','020,','_o','>5','s','.3','é^9d']
for i in range(1500):
    n=(rnd()-(1<<52))>>(rnd()%53); s=ispecs[rnd()%len(ispecs)]
    record(n,s,t(format,n,s),'%d %5d %-5d| %05d %x %#x %o %#o %X %+d % d %i'%((n,)*12))
import _struct as struct
for i in range(1500):
    f=rnd()%6; order='@=<>!'[rnd()%5]
    code='bBhHiIlLqQ'[rnd()%10]; v=(rnd()-(1<<52))>>(rnd()%53) if rnd()%3 else (rnd()-(1<<52))<<(rnd()%20)
    r=t(struct.pack,order+'x'+code+code,v,5)
    record(order,code,v,r,t(struct.unpack,order+'x'+code+code,r) if isinstance(r,bytes) else '')
    x=(rnd()-(1<<52))/(1<<(rnd()%60)); 
    for c in 'efd':
        r=t(struct.pack,order+c,x); record(c,x,r,t(struct.unpack,order+c,r) if isinstance(r,bytes) else '')
for i in range(500):
    a=complex(rnd()%20-10,rnd()%20-10); b=complex((rnd()%20-10)/4,(rnd()%20-10)/2)
    record(a*b,t(lambda:a/b),t(lambda:a**b),t(lambda:a**3),t(lambda:a**-2),abs(a),a.conjugate(),t(lambda: a**0.5),a==a.real,-a,+a,a*2,2*a,a/2,t(lambda: 2/a),t(lambda:a<b))
