"""decimal: results, messages, formats, contexts, conversions and comparisons.
The output is the test."""

import decimal, _decimal
from decimal import *
D=Decimal
def t(f, *a, **k):
    try:
        print(repr(f(*a, **k)).split(" at 0x")[0])
    except BaseException as e:
        print(type(e).__name__, e.args)
c=Context()
print(list(c.flags))
print(c.flags, c)
t(D,'abc'); t(D,' 1 '); t(D,'1_0'); t(D,'1 0'); t(D, [1]); t(D, (1,2)); t(D,(2,(1,),0)); t(D,(0,(1,),'X')); t(D,(0,(1,),1.5)); t(D,(0,1,1)); t(D,(0,(10,),1)); t(D,('a',(10,),1)); t(D, [0,[1,2],3]); t(D,(0,[1,2],3)); t(D,(0,(0,0,1,2),'F')); t(D,(0,(0,0),3)); t(D,(1,(0,0,1,2),'n')); t(D,(0,(1,'a'),0)); t(D,(True,(1,True),0)); t(D, b'1'); t(D, None); t(D, 1j); t(D, '1', 2); t(D, context=5); t(D, 1, 2, 3); t(D, x=1); t(D,(0.0,(1,),0)); t(D,(0,(1,),'')); t(D,(0,'12',0)); t(D,(0,(-1,),0)); t(D,(0,(1.5,),0)); t(D, (2**70,(1,),0)); t(D,(0,(2**70,),0)); t(D,[1,(1,),0]); 
class T(tuple): pass
t(D, T((0,(1,),0)))
t(c.create_decimal,' 1'); t(c.create_decimal,'1_0'); t(c.create_decimal,[1]); t(c.create_decimal,1.5); t(c.create_decimal); t(c.create_decimal,None); t(c.create_decimal, '1'*40)
t(D.from_float,'1'); t(D.from_float,True); t(D.from_float,2**70); t(c.create_decimal_from_float,'1'); t(c.create_decimal_from_float,0.1); t(D.from_float,float('inf')); t(D.from_float,float('-nan'))
d=D('1.5')
t(d.compare); t(d.compare, 'x'); t(d.compare,1,context=3); t(d.compare, 1, 2, 3); t(d.compare,1, foo=2); t(d.exp, 3); t(d.exp, None, None); t(d.fma, 1); t(d.quantize,1,'x'); t(d.quantize,1,5); t(d.is_nan, 1); t(d.to_integral,'x'); t(d.max, 1.5)
t(c.add); t(c.add,1); t(c.add,1,'x'); t(c.add,1.5,1); t(c.add,1,2,3); t(c.abs); t(c.abs,'x'); t(c.is_nan,3); t(c.canonical,3); t(c.is_canonical,3); t(c.power,1); t(c.power,1,2,'x'); t(c.power,1,2,mod=3); t(c.power,2,3,5); t(c.fma,1,2); t(c.divmod,1,'x'); t(c.radix); t(c.to_sci_string, 3); t(c.to_eng_string,'x'); t(c.copy_decimal, 3);t(c.copy_decimal, 'x'); t(c.number_class, 3); t(c.same_quantum,1,2); t(c.copy_sign,1,-2); t(c.logb,100); t(c.compare_total,1,2)
for n,v in [('prec',0),('prec',10**19),('prec','x'),('Emin',1),('Emin','x'),('Emax',-1),('capitals',2),('capitals','x'),('clamp',2),('rounding','x'),('rounding',3),('traps',3),('flags',{}),('flags',{1:2}),('foo',3),('flags',[Inexact]),('traps',[3]),('_allcr',3),('prec',1.5),('prec',2**70)]:
    t(setattr,c,n,v)
t(delattr,c,'prec'); t(delattr,c,'foo'); t(delattr,c,'flags'); t(getattr,c,'foo')
t(c.flags.__delitem__,Inexact); t(c.flags.__getitem__,3); t(c.flags.__setitem__,3,1); t(c.flags.__setitem__,Inexact,'x'); t(c.flags.copy); t(len,c.flags); t(lambda: c.flags==c.traps); t(lambda: c.flags==dict(c.flags)); t(lambda: c.flags!=dict(c.flags)); t(lambda: c.flags<c.flags); t(lambda: c.flags==3); t(hash,c.flags); t(c.flags.pop, Inexact); t(c.flags.clear)
t(Context,prec='x'); t(Context,1,2); t(Context,foo=2); t(Context,flags=3); t(Context,traps=[1]); t(Context,traps=(Inexact,)); t(Context,flags=[Inexact,Overflow]);t(Context,flags={Inexact:1}); t(Context,rounding='x'); t(Context,1,None,None,None,None,None,None,None,None)
t(setcontext,3); t(setcontext); t(localcontext,3); t(localcontext,foo=3); t(localcontext,prec='x'); t(localcontext,prec=3); t(localcontext, None, prec=3, rounding=ROUND_UP, traps=[], flags=[Inexact]); t(localcontext,None,1)
t(int,D('nan')); t(int,D('inf')); t(float,D('snan')); t(float,D('nan')); t(float,D('-inf')); t(hash,D('snan')); t(D('nan').as_integer_ratio); t(D('inf').as_integer_ratio); t(D('-1.50').as_integer_ratio); t(D('1e5').as_integer_ratio); t(round,D('nan')); t(round,D('inf')); t(round,D('2.5')); t(round,D('1.25'),1); t(round,D('1.25'),'x'); t(round,D('nan'),1); t(d.__round__,1,2); t(d.__round__,None); t(d.__floor__); t(d.__ceil__); t(d.__trunc__); import math; t(math.floor,D('nan')); t(math.ceil,D('inf')); t(math.trunc,D('-1.5'));t(complex,D('1.5')); t(complex,D('snan'))
t(lambda: d+'x'); t(lambda: 'x'+d); t(lambda: d+1.5); t(lambda: 1.5*d); t(lambda: d<'x'); t(lambda: d=='x'); t(lambda: d<1.6); t(lambda: d<1j); t(lambda: D(1)==1+0j); t(lambda: D('snan')==1); t(lambda: D('nan')<1); t(lambda: D('nan')==1); t(lambda: D(1)/0); t(lambda: D(0)/0); t(lambda: D(1)//0); t(lambda: D(1)%0); t(lambda: D(0)//0); t(lambda: divmod(D(1),0)); t(lambda: divmod(D(0),0)); t(lambda: D(0)**0); t(lambda: D(0)**-1); t(lambda: pow(D(2),3,5)); t(lambda: pow(D(2),3,'x')); t(lambda: pow(2,D(3),5)); t(lambda: D('1e999999')*10); t(lambda: D('inf')-D('inf')); t(lambda: D(-1).sqrt()); t(lambda: D(10)**40//3); t(lambda: d << 1)
t(d.__reduce__); t(c.__reduce__); t(d.as_tuple); t(D('-nan12').as_tuple); t(D('-inf').as_tuple); t(D('snan').as_tuple); t(d.__deepcopy__,{}); t(d.__copy__); t(c.copy); t(c.__copy__); t(d.__complex__); t(d.real.__class__); t(lambda: d.imag)
t(c.Etiny); t(c.Etop); t(c.clear_flags); t(c._apply, d); t(d.adjusted); t(D('inf').adjusted); t(d.number_class); t(d.canonical); t(d.conjugate); t(d.radix); t(d.logb); t(d.rotate, 1); t(d.shift,'x'); t(D('101').logical_and,D('111')); t(D('102').logical_invert)
t(setattr,d,'x',1); t(getattr,d,'x'); t(D.__new__, int); t(setattr,D,'x',1); t(DecimalTuple,1,2,3); t(type,c.flags); t(type(c.flags)); t(repr,type(localcontext())); t(type(localcontext())); print(type(c.flags).__mro__, DecimalTuple.__module__, DecimalTuple.__doc__, MIN_ETINY, InvalidOperation.__mro__, DivisionByZero.__mro__, Overflow.__mro__, Underflow.__mro__, FloatOperation.__mro__, Subnormal.__mro__, Clamped.__mro__,_decimal.ConversionSyntax.__mro__, _decimal.DivisionUndefined.__mro__, _decimal.DivisionImpossible.__mro__, _decimal.InvalidContext.__mro__)
print(decimal.BasicContext, decimal.DefaultContext, decimal.ExtendedContext)
for f in ['', '.2f', '>10', '010.3', ',.2f', '_', '_.2f', 'n', '%', '.3%', 'e', 'E', 'g', 'G', '+', ' ', '-', 'z', 'z.1f', '#', '#.1f', '<>=10', 'x', 's', 'é<10', 'é^11.1f','=10', '^10', '10', '*<12', '.0f', ',', '.99f', 'zn', '\ud800<10', '\x00<10','10\x00']:
    for v in ['-1234567.891','0','-0.01','nan','-inf','1e20','1E-9','snan12','0e3']:
        t(format, D(v), f)
t(d.__format__); t(d.__format__,3); t(d.__format__,'n',3); t(d.__format__,'n',{}); t(d.__format__,'n',{'decimal_point':','}); t(d.__format__,'n',{'decimal_point':3}); t(d.__format__,'n',{'decimal_point':',', 'grouping':'\3','thousands_sep':'é'}); t(D(1234567).__format__,'n',{'decimal_point':',', 'grouping':'\3','thousands_sep':'é'}); t(D(12345).__format__,'n',{'grouping':'\xff'}); t(D(12345).__format__,'n',{'decimal_point':'xxxxx'}); t(D(12345).__format__,'n',{'thousands_sep':'yyyyy'})

c = Context()
d=c.flags.copy(); d2=dict(d); del d2[Inexact]; d2['x']=1
t(setattr,c,'flags',{}); t(setattr,c,'flags',d2); t(Context,flags={}); t(Context,flags=d2); t(lambda: c.flags==d2); t(lambda: c.flags=={1:2})
t(lambda: c.flags=={k:'' for k in d})
class S(Context): pass
s=S(prec=3); print(s.copy(), type(s.copy()), s.flags is s.flags, hasattr(s,'__dict__')); s.x=1
t(lambda: Context()==Context())
t(Context.__init__, c, prec=5); print(c)
t(Context.__new__, Context, 3); 
t(c.__init__, 5); print(c)
class DD(Decimal): pass
x=DD('1.5'); print(repr(x), repr(+x), type(x+1), x.__reduce__(), type(x.copy_abs()), type(x.__copy__()), type(DD(x)), type(Decimal(x)), type(DD.from_float(1.5)), type(x.real), type(x.conjugate()), type(x.canonical()), type(getcontext().copy_decimal(x)), type(getcontext().create_decimal(x)), repr(x.imag), type(round(x,1)))
class N(Decimal):
    def __new__(cls, v='0'): return Decimal.__new__(cls, v)
t(N.from_float, 2.5); t(N.from_float, 3)
print(getcontext() is getcontext()); setcontext(DefaultContext); print(getcontext() is DefaultContext)
with localcontext(BasicContext) as q: print(q is BasicContext, q.prec)
t(localcontext().__enter__); t(localcontext().__exit__); t(localcontext().__exit__,1); t(localcontext().__exit__,1,2,3)
getcontext().traps[FloatOperation]=1
t(Decimal,1.5); t(lambda: Decimal(1)<1.5); t(lambda: Decimal(1)==1.5); t(lambda:1.5==Decimal(1)); t(getcontext().create_decimal,1.5); t(Decimal.from_float,1.5); t(getcontext().create_decimal_from_float,1.5)
from fractions import Fraction
t(lambda: Decimal('0.5')==Fraction(1,2)); t(lambda: Decimal('0.5')<Fraction(2,3)); t(lambda: Fraction(2,3)<Decimal('0.5')); t(lambda: Decimal('nan')<Fraction(1,2)); t(lambda: Decimal('inf')>Fraction(1,2)); t(lambda: Decimal('snan')==Fraction(1,2))
getcontext().clear_traps(); print(getcontext())
t(Decimal,'x'); t(Decimal,'1e9999999999999999999'); t(lambda:Decimal(1)/0); t(lambda: divmod(Decimal(1),0))
import pickle, copy
for v in [Decimal('1.50'), Decimal('-snan5'), DecimalTuple(0,(1,),2), getcontext(), DD('2')]:
    for p in (0,2,5):
        t(lambda: pickle.loads(pickle.dumps(v,p)))
t(copy.copy, getcontext()); t(copy.deepcopy, Decimal(3)); t(copy.deepcopy, getcontext())
t(hash,Decimal('nan')!=0); print(hash(Decimal('1.5'))==hash(1.5), hash(Decimal('inf')), hash(Decimal('-inf')), hash(Decimal('1e1000')), hash(Decimal('-3e-20')))
match Decimal(1):
    case Decimal(real=r): print(r)
t(Decimal,'१२'); t(Decimal,'1\u2003'); t(Decimal,'\u20031_1\u2003'); t(Decimal,'1\x002'); t(Decimal,'\ud800'); t(Decimal,''); t(Decimal,'_1'); t(Decimal,'1__1'); t(Decimal,'1_'); t(Decimal,'_'); t(Decimal, 'N_aN'); t(getcontext().create_decimal,'\u0663')
class St(str): pass
t(Decimal, St('5'))
class I(int): pass
t(Decimal, I(7)); t(Decimal, True)
t(Decimal('1e3').__int__); t(int, Decimal('-1.9')); t(int, Decimal('1e30')); t(bool, Decimal('0e5')); t(bool,Decimal('nan')); t(float,Decimal('1e400')); t(float,Decimal('-0'))
print(len(str(int(Decimal(10)**500+1))) if 0 else 0)
t(Decimal('1e-5').to_eng_string); t(Decimal('1.5e10').to_eng_string); t(str,Decimal('1.5e10')); 
with localcontext(capitals=0): t(str, Decimal('1e10')); t(repr, Decimal('1e10')); t(Decimal('1e10').to_eng_string); t(getcontext().to_sci_string,Decimal('1e10')); t(Decimal('1e10').to_eng_string, Context()); t(format,Decimal('1e10'),'')
t(round,Decimal('123.456'),-2); t(Decimal('1.23').__round__,2**63-1); t(round,Decimal('1.23'),5); t(round,Decimal('1.5')); t(round,Decimal('-0.5'))
print(Context(prec=5,traps=[]).divide(1,3), Context(Emin=-5,Emax=5,clamp=1))
t(Context().__reduce__()[0]); t(Context(rounding=ROUND_UP).rounding.__class__)
t(localcontext, ctx=None); t(localcontext, Context(prec=4), prec=7)
t(Decimal((0,(9,)*1000,5)).adjusted); t(lambda: Decimal(10**5000) == 10**5000); t(lambda: int(Decimal(7)**30)==7**30)
t(lambda: Decimal(5) == 5.0); t(lambda: Decimal('0.1')==0.1); t(lambda: Decimal('inf')==float('inf')); t(lambda: Decimal('nan')==float('nan')); t(lambda: Decimal(1)!=1j)
