"""re: patterns, matches, messages."""

import _sre
import copy
import re
from cases import show


class Unhashed:
    def __hash__(self):
        raise ZeroDivisionError("hash")


m = re.match('(?P<x>a)', 'a')
nested = '(a)' + '(?(1)' * 26 + 'x' + '\x0f.)' * 26

CASES = r"""
re.compile('a').match(1)
re.compile('a').match(b'a')
re.compile(b'a').match('a')
re.compile('a').match()
re.compile('a').foo
repr(re.compile('a'))
repr(re.compile('a'*300, re.I|re.X))
repr(re.compile(b'a', re.L))
repr(re.compile('a', 0x4000))
re.compile('a') == re.compile('a', re.I)
re.compile('a') == re.compile('a')
re.compile('a') < re.compile('b')
hash(re.compile('a')) == hash(re.compile('a'))
re.compile('a').groupindex
re.compile('(?P<x>a)').groupindex
re.compile('(?P<x>a)').__class__
re.compile('a').match('a')
re.compile('a').match('a').group(1)
re.compile('a').match('a').group('x')
re.compile('a').match('a')[1]
re.compile('a').match('a')['x']
re.compile('a').match('a').start(5)
re.compile('(a)|(b)').match('b').groups()
re.compile('(a)|(b)').match('b').groups('z')
re.compile('(?P<x>a)|(?P<y>b)').match('b').groupdict()
re.compile('(?P<x>a)|(?P<y>b)').match('b').lastgroup
re.compile('(a)|(b)').match('b').regs
re.compile('(a)|(b)').match('b').span(1)
re.compile('(a)|(b)').match('b').group(1,2)
re.compile('(a)|(b)').match('b').expand(r'\2x\1')
re.compile('(a)|(b)').match('b').__copy__()
re.compile('a').sub(1,'a')
re.compile('a').sub(b'a','a')
re.compile('a').sub(lambda m:1,'a')
re.compile('a').sub('b',1)
re.compile('a').sub('b','aaa',count='x')
re.compile('a').sub('b','aaa',2)
re.compile('a').subn('b','aaa',2)
re.compile('x*').sub('-','abxd')
re.compile('x*').findall('abxd')
re.compile('x*').split('axbc')
re.compile('(x)|(y)').split('axbyc')
re.compile(',').split('a,b,c',1)
re.compile('a').finditer('aa')
[m.span() for m in re.compile('a*').finditer('baac')]
re.compile('a').scanner('aa')
re.compile('a').scanner('aa').search()
re.compile('a').scanner('aa').pattern
type(re.compile('a').scanner('aa'))
type(re.compile('a'))
type(re.compile('a').match('a'))
re.Pattern()
re.Match()
re.Pattern[str]
re.compile('a').match('xa',1)
re.compile('^a').match('xa',1)
re.compile('a').search('xa',5)
re.compile('a').search('xa',-5)
re.compile('a').search('xab',0,1)
re.compile('(?i)\u0130').match('i\u0307')
re.compile('a').match(string='a',pos=0,endpos=1)
re.compile('a').match('a').pos
re.compile('a').match('a',0,100).endpos
re.sub('(a)', r'\g<1>\g<0>\\\n', 'xax')
re.sub('a', r'\g<x>', 'xax')
re.sub('a', r'\1', 'xax')
re.match('(a)?b','b').start(1)
copy.copy(re.compile('a')) is re.compile('a')
re.compile('a').match(bytearray(b'a'))
re.compile(b'a').match(bytearray(b'a'))
re.compile(b'a').findall(bytearray(b'aba'))
re.compile(b'a').match(memoryview(b'a')).group()
re.compile(b'a').split(bytearray(b'bab'))
re.compile(b'a').sub(b'x',bytearray(b'bab'))
re.compile('a').sub('x','bbb')
re.compile('a').sub('','')
_sre.compile('a',0,[1],0,{},())
_sre.compile('a',0,[1,2,3],0,{},())
_sre.compile('a',0,['x'],0,{},())
_sre.compile('a',0,[2**40],0,{},())
_sre.compile('a',0,(1,),0,{},())
_sre.compile('a',0,[1],-1,{},())
_sre.compile('a',0,[1],0,[],())
_sre.MAXREPEAT
_sre.MAXGROUPS
_sre.CODESIZE
_sre.MAGIC
_sre.getlower(1,2)
_sre.ascii_iscased(65), _sre.unicode_iscased(0x130), _sre.ascii_tolower(65), _sre.unicode_tolower(0x130)
[x for x in dir(re.compile('a')) if x[:2]!='__']
[x for x in dir(re.match('a','a')) if x[:2]!='__']
re.template
_sre.template(re.compile('a'),['x',0,'y'])
repr(_sre.template(re.compile('a'),['x',0,'y']))
re.compile('a').match('a').__getitem__(0)
re.compile('a').match('a').group(2**70)
re.compile('a').match('a').group(1.5)
re.compile('a').match('a').end('q')
len(re.match('a','a'))
bool(re.match('','a'))
re.compile('a').flags
re.compile(b'a').flags
re.compile('(?P<a>.)(?P<b>.)').fullmatch('xy').groupdict(default=3)
m.group(Unhashed())
m.group(1, Unhashed())
m.start(Unhashed())
m.end(Unhashed())
m.span(Unhashed())
m[Unhashed()]
m[[]]
m.group([])
m.start({})
m['x'], m.group('x', 1), m.span('x')
[x.pos for x in re.finditer('a', 'xaaa')]
[(x.pos, x.endpos) for x in re.compile('a').finditer('xaaa', 1, 3)]
[(x.pos, x.endpos) for x in re.compile('a').finditer('xaaa', -4, 99)]
(lambda s: (s.match().pos, s.search().pos, s.search()))(re.compile('a').scanner('aaa', 1))
re.sub('a', lambda x: str(x.pos), 'aaa')
re.compile(nested).groups
re.findall('(a)?(?(1)\x0f.|q)', 'a\x0fz q')
re.findall('(a)?(?(1)x[\x0f\x0e].)', 'ax\x0fz z')
re.findall('(a)?(b)?(?(1)(?(2)x|y)|(?(2)z))', 'abx ay bz .')
re.findall('(a)?(?(1)|c)', 'a c'), re.findall('(a)?(?(1)b|)x', 'abx x')
"""

show(CASES, globals())
