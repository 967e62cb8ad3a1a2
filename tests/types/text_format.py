"""str.format(), % formatting of str and bytes, _string."""

import _string
from cases import show

CASES = r"""
'}'.format()
'{'.format()
'a}b'.format()
'a{b'.format()
'{0'.format(1)
'{0!'.format(1)
'{0!r'.format(1)
'{0!rx}'.format(1)
'{0!x}'.format(1)
'{0!}'.format(1)
'{!}'.format(1)
'{0:'.format(1)
'{0:{'.format(1)
'{0:{1}'.format(1,2)
'{0:{1:{2}}}'.format(1,2,3)
'{0:{1}}'.format(1,5)
'{0{'.format(1)
'{0{}}'.format(1)
'{0.}'.format(1)
'{0.a.}'.format(1)
'{0[}'.format(1)
'{0[]}'.format(1)
'{0[a]b}'.format({'a':1})
'{0[a]}'.format({'a':1})
'{0[1]}'.format([1,2])
'{0[-1]}'.format({'-1':5})
'{0[99999999999999999999]}'.format([1])
'{99999999999999999999}'.format(1)
'{0}{}'.format(1,2)
'{}{0}'.format(1,2)
'{}{}'.format(1)
'{1}'.format(1)
'{a}'.format(1)
'{}'.format_map({})
'{0}'.format_map({})
'{a}'.format_map({'a':1})
'{a.real[0]}'.format_map({'a':1})
'{{}}'.format()
'{{{0}}}'.format(1)
'{0:{{}}}'.format(1)
'{0!a}'.format('\u1234')
'{0!s:>5}'.format('a')
'{0[{]}'.format({'{':1})
'{0[}]}'.format({'}':1})
'{0[a}b]}'.format({'a}b':1})
'{:{}{}}'.format('a','>',10)
'{: }'.format('a')
'{:+}'.format('a')
'{:=10}'.format('a')
'{:,}'.format('a')
'{:#}'.format('a')
'{:d}'.format('a')
'{:xy}'.format('a')
'{:010}'.format('a')
'{:.2}'.format('abc')
'{:z}'.format('abc')
'{0.__class__}'.format('abc')
'{0.real}'.format(1)
'{ 0}'.format(1)
'{0 }'.format(1)
'{.real}'.format(1)
'{[0]}'.format('ab')
'{a[0].x}'.format(a=[1])
'{:\x00>5}'.format(1)
'{0!r:{1}}'.format('a',5)
'{0:}}'.format('a')
'{0:}}}'.format('a')
'{0:{}'.format('a')
'{!r}'.format('a')
'%s %s' % 'a'
'%s' % ('a','b')
'%(a)s' % {'a':1}
'%(a)s' % 1
'%(a' % {'a':1}
'%(a)' % {'a':1}
'%(a)s%s' % {'a':1}
'%s' % {'a':1}
'%' % 1
'%q' % 1
'%5' % 1
'%c' % 'ab'
'%c' % 65
'%c' % -1
'%c' % 0x110000
'%c' % 1.0
'%d' % 'a'
'%d' % 1.5
'%x' % 1.5
'%i' % 1.5
'%o' % 'a'
'%f' % 'a'
'%e' % 'a'
'%*d' % (5,1)
'%*d' % ('a',1)
'%.*f' % (2,1.0)
'%.*f' % (2.0,1.0)
'%-5d|' % 3
'%05d|' % -3
'%+d' % 3
'% d' % 3
'%#x' % 255
'%#o' % 8
'%#X' % 255
'%.5d' % 3
'%.5x' % -255
'%#.5x' % 255
'%010.5d' % 3
'%-010d|' % 3
'%5.1s|' % 'abc'
'%r %a' % ('\u1234','\u1234')
'%%' % ()
'%5%' % ()
'%s' % None
'%s%%' % 5
'%(a)s %(b)r' % {'a':1,'b':'x'}
'%(a(b))s' % {'a(b)':1}
'%ld %hd %Ld' % (1,2,3)
'%99999999999999999999d' % 1
'%.99999999999999999999f' % 1
'%.2147483648d' % 1
'%g %G %E %F' % (1.5,1e100,2.5,float('inf'))
'%d' % 10**30
'%x' % -10**30
'%5c|' % 'a'
'%05s|' % 'a'
'%+05d' % 5
'%+5s|' % 'a'
'%d' % True
'%s' % ((1,2),)
'%s' % [1,2]
'%s' % ()
'a' % ()
'a' % 1
'a' % {}
'a' % []
'a' % 'b'
'%\u1234' % 1
'%d %s' % (1,)
b'%s' % b'a'
b'%s' % 'a'
b'%b' % bytearray(b'a')
b'%a' % 'a\u1234'
b'%r' % 'a'
b'%c' % 65
b'%c' % b'a'
b'%c' % b'ab'
b'%c' % 256
b'%c' % 'a'
b'%d' % 5
b'%5.2f|' % 1.5
b'%x' % 255
b'%(a)s' % {b'a':b'x'}
b'%(a)s' % {'a':b'x'}
b'%s' % 5
b'%5s|%-5s|' % (b'a',b'b')
b'%.1s' % b'abc'
b'%q' % 1
b'%' % 1
b'%s' % ()
b'%c' % -1
b'%c' % 1.5
bytearray(b'%s') % b'a'
b'%*d' % (5,1)
b'%%' % ()
b'a' % 1
b'%f' % 'a'
b'%i' % 1.5
b'%x' % 1.5
b'%b' % memoryview(b'abc')[::2]
'%5%' % 1
'%5%' % (1,2)
'%-%' % 1
'%(a)%' % {'a':1}
'%l%' % ()
'%l%' % 1
b'%5%' % 1
b'%5%' % ()
b'%(a)%' % {b'a':1}
'%#010x' % 255
'%#-10x|' % 255
'%+010.3f' % 1.5
'%010f' % float('inf')
'%+c' % 'a'
'%.0f %.0e %#.0f' % (1.5,1.5,1.5)
'%d' % float('nan')
'%d' % float('inf')
'%d' % '5'
'%d' % 1j
'%x' % None
'%u' % 3
'% +d' % 3
'%.3s' % True
'%-5%|' % 1
'%+r' % 1
'%hhd' % 1
'%lld' % 1
'%.' % 1
'%.d' % 0
'%.0d' % 0
'%*.*f' % (10,2,1.0)
'%*d|' % (-5,1)
'%.*d' % (-5,1)
'%(a)*d' % {'a':1}
'%()s' % {'':1}
'%s %s' % (1,)
'%c' % 1.5
'%c' % None
format(65, '06c')
format(65, '=6c')
format(65, '6c')
"""

show(CASES, globals())
