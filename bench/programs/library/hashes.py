"""hashlib and hmac: large and small messages, several algorithms, updates in pieces, copies."""

import hashlib
import hmac

CASES = {
    100: [27302, "86ad0c518ae47c2281f74c895b5010da2ecb855c", "728bff1a", "b02b921f", "78ad7b2c", "ca676a6b", "3b5171db", "2aebde36"],
    150000: [39284403, "643e3777397b0f407b0f3e85668eda313efc0bab", "e34b728e", "cf866764", "94e663b7", "cf2ec72e", "6f4a7b1b", "ef5e95aa"],
}


def main(size):
    large = bytes(range(256)) * (size // 2)
    digests = []
    for name in ("md5", "sha1", "sha256", "sha512", "sha3_256", "blake2b"):
        digests.append(hashlib.new(name, large[:len(large) // 4]).hexdigest()[:8])
    total = 0
    for i in range(size):
        total += hashlib.sha256(b"message %d" % i).digest()[0]
        total += hashlib.md5(large[i:i + 40]).digest()[0]
        if i % 16 == 0:
            total += hmac.new(b"key", b"message", "sha256").digest()[3]
    running = hashlib.sha1()
    for start in range(0, len(large), 1000):
        running.update(large[start:start + 1000])
        if start % 50000 == 0:
            total += running.copy().digest()[0]
    return [total, running.hexdigest(), *digests]
