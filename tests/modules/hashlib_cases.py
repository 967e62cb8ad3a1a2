"""hashlib, hmac and the modules below them."""

import _blake2
import _hashlib
import _md5
import _sha1
import _sha2
import _sha3
import hashlib
import hmac
import io
from cases import show

CASES = r"""
sorted(_hashlib.openssl_md_meth_names)
sorted(hashlib.algorithms_available)
hashlib.md5(b'abc').hexdigest()
hashlib.sha1(b'abc').hexdigest()
hashlib.sha256(b'abc').name, hashlib.sha256().digest_size, hashlib.sha256().block_size
hashlib.sha3_256(b'abc').hexdigest(), hashlib.sha3_256().name, hashlib.sha3_256().block_size
hashlib.shake_128(b'abc').hexdigest(10), hashlib.shake_128().digest_size, hashlib.shake_128().name
hashlib.shake_128(b'abc').hexdigest()
hashlib.new('SHA256', b'abc').name
hashlib.new('sha512_256', b'abc').hexdigest()
hashlib.new('foo')
hashlib.new(1)
hashlib.md5('abc')
hashlib.md5(1)
hashlib.md5(string=b'abc').hexdigest()
hashlib.md5(data=b'abc').hexdigest()
hashlib.md5(b'a', usedforsecurity=False).name
hashlib.sha256().update('a')
repr(hashlib.sha256())[:30]
type(hashlib.sha256()), type(hashlib.shake_128())
type(hashlib.sha256())()
(lambda h: (h.copy().hexdigest()[:4], h.update(b'x'), h.hexdigest()[:4]))(hashlib.md5())
hashlib.blake2b(b'abc').hexdigest()
hashlib.blake2s(b'abc').hexdigest()
hashlib.blake2b(b'abc', digest_size=16, key=b'key', salt=b'salt', person=b'person').hexdigest()
hashlib.blake2b(b'abc', fanout=2, depth=3, leaf_size=4096, node_offset=1, node_depth=1, inner_size=32, last_node=True).hexdigest()
hashlib.blake2s(b'abc'*100, digest_size=16, key=b'key'*5, salt=b'salt', person=b'person').hexdigest()
hashlib.blake2s(b'abc', fanout=255, depth=255, leaf_size=2**32-1, node_offset=2**48-2, node_depth=3, inner_size=1, last_node=True).hexdigest()
hashlib.blake2b(b'abc', fanout=0, depth=1, node_offset=2**64-2, inner_size=64).hexdigest()
hashlib.md5(b''.join(hashlib.blake2b(bytes(n), digest_size=n % 64 + 1, key=bytes(n % 65)).digest() for n in range(520))).hexdigest()
hashlib.md5(b''.join(hashlib.blake2s(bytes(n), digest_size=n % 32 + 1, key=bytes(n % 33)).digest() for n in range(260))).hexdigest()
(lambda h: [(h.update(bytes(n)), h.hexdigest()[:4], h.copy().hexdigest()[4:8])[1:] for n in (0, 1, 127, 128, 1, 255, 4000)])(hashlib.blake2b())
(lambda h: [(h.update(bytes(n)), h.hexdigest()[:4], h.copy().hexdigest()[4:8])[1:] for n in (0, 1, 63, 64, 1, 127, 4000)])(hashlib.blake2s())
hashlib.blake2b(digest_size=65)
hashlib.blake2b(digest_size=0)
hashlib.blake2b(key=b'x'*65)
hashlib.blake2b(salt=b'x'*17)
hashlib.blake2b(person=b'x'*17)
hashlib.blake2b(fanout=256)
hashlib.blake2b(depth=0)
hashlib.blake2b(depth=256)
hashlib.blake2b(leaf_size=2**32)
hashlib.blake2b(leaf_size=-1)
hashlib.blake2b(node_offset=2**64)
hashlib.blake2s(node_offset=2**48)
hashlib.blake2b(node_depth=256)
hashlib.blake2b(inner_size=65)
hashlib.blake2b('a')
hashlib.blake2b(key='a')
hashlib.blake2b().name, hashlib.blake2b().digest_size, hashlib.blake2b().block_size, hashlib.blake2s().block_size
hashlib.blake2b.MAX_DIGEST_SIZE, hashlib.blake2b.SALT_SIZE, hashlib.blake2b.PERSON_SIZE, hashlib.blake2b.MAX_KEY_SIZE
hashlib.blake2s.MAX_DIGEST_SIZE, hashlib.blake2s.SALT_SIZE
_blake2.BLAKE2B_MAX_DIGEST_SIZE, _blake2.BLAKE2S_SALT_SIZE
repr(hashlib.blake2b())[:30]
type(hashlib.blake2b())
(lambda h: (h.copy().hexdigest()[:4], h.update(b'x'), h.hexdigest()[:4], h.digest()[:2]))(hashlib.blake2b(b'q'))
hashlib.pbkdf2_hmac('sha256', b'pw', b'salt', 10).hex()
hashlib.pbkdf2_hmac('sha256', b'pw', b'salt', 10, 5).hex()
hashlib.pbkdf2_hmac('sha256', b'pw', b'salt', 0)
hashlib.pbkdf2_hmac('sha256', b'pw', b'salt', 1, 0)
hashlib.pbkdf2_hmac('foo', b'pw', b'salt', 1)
hashlib.pbkdf2_hmac('sha256', 'pw', b'salt', 1)
hashlib.scrypt(b'pw', salt=b'salt', n=16, r=8, p=1, dklen=16).hex()
hashlib.scrypt(b'pw', salt=b'salt', n=15, r=8, p=1)
hashlib.scrypt(b'pw', salt=b'salt', n=2**20, r=8, p=1)
hashlib.scrypt(b'pw', n=16, r=8, p=1)
hashlib.scrypt(b'pw', salt=b's', n=16, r=8)
hashlib.scrypt(b'pw', salt=b's', n=16, r=8, p=1, maxmem=-1)
hashlib.scrypt(b'pw', salt=b's', n=16, r=8, p=1, dklen=0)
_hashlib.hmac_digest(b'key', b'msg', 'sha256').hex()
_hashlib.hmac_digest(b'key', b'msg', 'foo')
hmac.new(b'key', b'msg', 'sha256').hexdigest()
hmac.new(b'key', b'msg', hashlib.sha256).hexdigest()
hmac.digest(b'key', b'msg', 'md5').hex()
hmac.new(b'key', b'msg', 'blake2s').hexdigest()
hmac.new(b'key', b'msg', 'sha256').name, hmac.new(b'key', b'msg', 'sha256').block_size, hmac.new(b'key', b'msg', 'sha256').digest_size
(lambda h: (h.copy().hexdigest()[:4], h.update(b'x'), h.hexdigest()[:4], h.digest()[:2]))(_hashlib.hmac_new(b'k', b'q', 'md5'))
_hashlib.hmac_new(b'k')
_hashlib.hmac_new(b'k', b'', 'foo')
_hashlib.hmac_new('k', b'', 'md5')
_hashlib.hmac_new(b'k', b'', 'md5').name
repr(_hashlib.hmac_new(b'k', b'', 'md5'))[:20]
_hashlib.compare_digest(b'a', b'a'), _hashlib.compare_digest('a','b')
_hashlib.compare_digest('\xe9','a')
_hashlib.compare_digest('a',b'a')
_hashlib.get_fips_mode()
_hashlib.UnsupportedDigestmodError, _hashlib.UnsupportedDigestmodError.__mro__
_sha2.sha256(b'abc').hexdigest(), type(_sha2.sha256()), _sha2.sha256().name
_md5.md5(b'abc').hexdigest(), type(_md5.md5())
_sha3.sha3_256(b'abc').hexdigest(), type(_sha3.sha3_256()), _sha3.sha3_256().name
_sha3.shake_128(b'abc').hexdigest(4), type(_sha3.shake_128())
hashlib.file_digest(io.BytesIO(b'abc'), 'md5').hexdigest()
hashlib.new('md5', b'x', usedforsecurity=False).hexdigest()
hashlib.sha224(b'x').hexdigest(), hashlib.sha384(b'x').hexdigest()[:8], hashlib.sha512(b'x').hexdigest()[:8]
hashlib.new('ripemd160', b'x').hexdigest()
hashlib.new('blake2b512', b'x').name
hashlib.md5(b'a', b'b')
hashlib.md5(foo=1)
"""

show(CASES, globals())
