# marshal: how deep it goes, and how load() reads from a file: by readinto().
import marshal,io
head=last=[]
def go(n):
    head=last=[]
    for i in range(n): last.append([0]); last=last[-1]
    return head
for n in (1997,1998,1999,2000,2001,2002):
    try: d=marshal.dumps(go(n)); 
    except ValueError as e: print(n,e)
    else:
        try: marshal.loads(d); print(n,'ok')
        except Exception as e: print(n, e)
class Bad:
    def __init__(s,b,f): s.b=io.BytesIO(b); s.f=f
    def read(s,n=-1):
        print('read',n); return s.b.read(n)
    def readinto(s,b):
        print('readinto',type(b),len(b),b.readonly, b.format); return s.f(s,b)
d=marshal.dumps([1.0,b'0123','abc'])
for f in (lambda s,b:s.b.readinto(b), lambda s,b: 'x', lambda s,b: None, lambda s,b:(s.b.readinto(b),10**6)[1], lambda s,b:-1, lambda s,b:1<<70, lambda s,b:0):
    try: print(marshal.load(Bad(d,f)))
    except Exception as e: print(type(e),e)
class NoRI:
    def read(s,n=-1): print('r',n); return b''
try: print(marshal.load(NoRI()))
except Exception as e: print(type(e),e)
class NoRI:
    def read(s,n=-1): print('r',n); return ''
try: print(marshal.load(NoRI()))
except Exception as e: print(type(e),e)

# Numbers as text, which old versions write.
for data in b"f\x03abc", b"f\x00", b"x\x01z\x011", b"f\x031\x002", b"f\xff" + 255 * b"a", b"f\x081e400\x00\x00\x00":
    try:
        print(marshal.loads(data))
    except Exception as error:
        print(type(error), error)
