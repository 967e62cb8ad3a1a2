"""ssl: connections without certificates, over memory and over sockets, in one thread and in several."""

import gc
import os
import socket
import ssl
import sys
import threading

from testing import equal, fails, run


def context(protocol):
    made = ssl.SSLContext(protocol)
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    made.maximum_version = ssl.TLSVersion.TLSv1_2
    made.set_ciphers("AECDH:@SECLEVEL=0")
    return made


def contexts():
    return context(ssl.PROTOCOL_TLS_CLIENT), context(ssl.PROTOCOL_TLS_SERVER)


def memory_pair(client_context, server_context, **how):
    a, b = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_context.wrap_bio(a, b, **how)
    server = server_context.wrap_bio(b, a, server_side=True)
    waiting = [client, server]
    while waiting:
        try:
            waiting[0].do_handshake()
            waiting.pop(0)
        except ssl.SSLWantReadError:
            waiting.reverse()
    return client, server


def test_bytes_go_both_ways_over_memory():
    client, server = memory_pair(*contexts())
    equal(client.write(b"to the server"), 13)
    equal(server.read(6), b"to the")
    equal(server.pending(), 7)
    buffer = bytearray(10)
    equal((server.read(10, buffer), bytes(buffer)), (7, b" server\0\0\0"))
    server.write(b"x" * 40000)
    equal(sum(len(client.read(16384)) for _ in range(3)), 40000)
    fails(ssl.SSLWantReadError, None, client.read, 1)


def test_both_know_what_was_agreed():
    client_context, server_context = contexts()
    client_context.set_alpn_protocols(["one", "two"])
    server_context.set_alpn_protocols(["two", "three"])
    client, server = memory_pair(client_context, server_context, server_hostname="example.org")
    equal((client.version(), server.version()), ("TLSv1.2", "TLSv1.2"))
    equal(client.cipher(), server.cipher())
    equal((client.selected_alpn_protocol(), server.selected_alpn_protocol()), ("two", "two"))
    equal(client.get_channel_binding(), server.get_channel_binding())
    equal((client.getpeercert(), client.session_reused, client.server_hostname),
          (None, False, "example.org"))


def test_the_server_chooses_by_name():
    client_context, server_context = contexts()
    other = context(ssl.PROTOCOL_TLS_SERVER)
    seen = []

    def choose(connection, name, old):
        gc.collect()
        seen.append((name, old is server_context))
        connection.context = other

    server_context.sni_callback = choose
    client, server = memory_pair(client_context, server_context, server_hostname="example.org")
    equal(seen, [("example.org", True)])
    assert server.context is other
    server_context.sni_callback = lambda connection, name, old: ssl.ALERT_DESCRIPTION_ACCESS_DENIED
    try:
        memory_pair(client_context, server_context, server_hostname="example.org")
    except ssl.SSLError as error:
        equal((error.library, error.errno), ("SSL", ssl.SSL_ERROR_SSL))
    else:
        raise AssertionError("no alert")


def test_the_first_context_chooses_though_nobody_else_has_it():
    client_context, other = contexts()
    seen = []

    def connection_of_lost_context(a, b):
        lost = context(ssl.PROTOCOL_TLS_SERVER)
        lost.sni_callback = lambda connection, name, old: seen.append((name, old is other, old.verify_mode))
        server = lost.wrap_bio(a, b, server_side=True)
        server.context = other
        return server

    pipes = [(ssl.MemoryBIO(), ssl.MemoryBIO()) for _ in range(10)]
    servers = [connection_of_lost_context(a, b) for a, b in pipes]
    gc.collect()
    junk = [[i] * 10 for i in range(10000)]
    for server, (a, b) in zip(servers, pipes):
        client = client_context.wrap_bio(b, a, server_hostname="example.org")
        for connection in (client, server):
            try:
                connection.do_handshake()
            except ssl.SSLWantReadError:
                pass
    del junk
    # CPython looks at the memory where the context was.
    equal(seen, [("example.org", False, ssl.CERT_NONE)] * (0 if sys.implementation.name == "cpython" else 10))


def test_callbacks_that_ask_for_each_others_connections():
    client_context, server_context = contexts()
    together, asked = threading.Barrier(2), []

    def choose(connection, name, old):
        together.wait()
        other = servers[servers[0] is connection]
        try:
            other.cipher()
            asked.append("answered")
        except ssl.SSLError as error:
            asked.append(error.args[0])

    server_context.sni_callback = choose
    servers, clients = [], []
    for _ in range(2):
        a, b = ssl.MemoryBIO(), ssl.MemoryBIO()
        clients.append(client_context.wrap_bio(a, b, server_hostname="example.org"))
        servers.append(server_context.wrap_bio(b, a, server_side=True))
        fails(ssl.SSLWantReadError, None, clients[-1].do_handshake)
    threads = [
        threading.Thread(target=fails, args=(ssl.SSLWantReadError, None, server.do_handshake)) for server in servers
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if sys.implementation.name == "cpython":
        asked.remove("answered")  # looks at a connection in the middle of its handshake
        asked.append("the connection is used by a thread that waits for this one")
    assert "the connection is used by a thread that waits for this one" in asked
    equal(len(asked), 2)


def test_the_end_of_a_connection():
    client, server = memory_pair(*contexts())
    fails(ssl.SSLWantReadError, None, client.unwrap)
    equal(server.read(1), b"")
    server.unwrap()
    client.unwrap()
    bio = ssl.MemoryBIO()
    bio.write(b"abc")
    bio.write_eof()
    equal((bio.eof, bio.pending, bio.read(), bio.eof), (False, 3, b"abc", True))
    fails(ssl.SSLError, "('cannot write() after write_eof()',)", bio.write, b"x")


def test_settings_are_checked():
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    equal((made.verify_mode, made.check_hostname), (ssl.CERT_REQUIRED, True))
    fails(ValueError, "Cannot set verify_mode to CERT_NONE when check_hostname is enabled.",
          setattr, made, "verify_mode", ssl.CERT_NONE)
    fails(ssl.SSLError, "('No cipher can be selected.',)", made.set_ciphers, "no such cipher")
    fails(TypeError, "cafile, capath and cadata cannot be all omitted", made.load_verify_locations)
    fails(FileNotFoundError, "[Errno 2] No such file or directory", made.load_verify_locations, "/no/such/file")
    fails(ValueError, "server_hostname cannot be an empty string or start with a leading dot.",
          made.wrap_bio, ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="")
    equal(ssl.Purpose.SERVER_AUTH.shortname, "serverAuth")


def test_a_connection_that_threads_read_and_write_at_once():
    client_context, server_context = contexts()
    size, rounds = 3000, 60

    def echo(listener):
        with listener.accept()[0] as plain, server_context.wrap_socket(plain, server_side=True) as s:
            while data := s.recv(5000):
                s.sendall(data)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = threading.Thread(target=echo, args=(listener,))
        server.start()
        plain = socket.create_connection(listener.getsockname())
        with client_context.wrap_socket(plain) as connection:
            received = []

            def read():
                left = size * rounds
                while left:
                    data = connection.recv(4096)
                    received.append(data)
                    left -= len(data)

            reader = threading.Thread(target=read)
            reader.start()
            for i in range(rounds):
                connection.sendall(bytes([i]) * size)
            reader.join()
            equal(b"".join(received), b"".join(bytes([i]) * size for i in range(rounds)))
        server.join()


def psk_contexts(version, client_callback, server_callback, hint=None):
    made = []
    for protocol in ssl.PROTOCOL_TLS_CLIENT, ssl.PROTOCOL_TLS_SERVER:
        c = ssl.SSLContext(protocol)
        if protocol == ssl.PROTOCOL_TLS_CLIENT:
            c.check_hostname = False
            c.verify_mode = ssl.CERT_NONE
        c.minimum_version = c.maximum_version = version
        c.set_ciphers("PSK")
        made.append(c)
    made[0].set_psk_client_callback(client_callback)
    made[1].set_psk_server_callback(server_callback, hint)
    return made


def test_keys_agreed_upon_beforehand():
    for version, hinted in (ssl.TLSVersion.TLSv1_2, "who \xe9"), (ssl.TLSVersion.TLSv1_3, None):
        asked = []

        def client(hint):
            asked.append(hint)
            return "me \xe9", b"secret key"

        def server(identity):
            asked.append(identity)
            return b"secret key"

        client_context, server_context = psk_contexts(version, client, server, "who \xe9")
        a, b = memory_pair(client_context, server_context)
        a.write(b"hello")
        equal(b.read(5), b"hello")
        assert asked[0] == hinted and asked[-1] == "me \xe9", asked
        client_context.set_psk_client_callback(lambda hint: ("me", b"another key"))
        fails(ssl.SSLError, None, memory_pair, client_context, server_context)
        client_context.set_psk_client_callback(None)
        fails(ssl.SSLError, None, memory_pair, client_context, server_context)


def test_what_a_key_callback_raises_is_shown():
    shown = []
    old, sys.unraisablehook = sys.unraisablehook, lambda u: shown.append(u.exc_type)
    try:
        contexts_made = psk_contexts(ssl.TLSVersion.TLSv1_2, lambda hint: 1 / 0, lambda identity: b"key")
        fails(ssl.SSLError, None, memory_pair, *contexts_made)
        contexts_made = psk_contexts(ssl.TLSVersion.TLSv1_2, lambda hint: ("a", b"key"), lambda identity: "no bytes")
        fails(ssl.SSLError, None, memory_pair, *contexts_made)
    finally:
        sys.unraisablehook = old
    equal(shown, [ZeroDivisionError, TypeError])


def test_key_callbacks_are_checked():
    client_context, server_context = contexts()
    fails(TypeError, "callback must be callable", client_context.set_psk_client_callback, 5)
    error = fails(ssl.SSLError, None, server_context.set_psk_client_callback, print)
    assert "Cannot add PSK client callback to a PROTOCOL_TLS_SERVER context" in str(error)
    error = fails(ssl.SSLError, None, client_context.set_psk_server_callback, print)
    assert "Cannot add PSK server callback to a PROTOCOL_TLS_CLIENT context" in str(error)


def test_session_keys_are_logged():
    client_context, server_context = contexts()
    equal(client_context.keylog_filename, None)
    client_context.keylog_filename = "keys.log"
    memory_pair(client_context, server_context)
    with open("keys.log") as f:
        lines = f.read().splitlines()
    equal(lines[0], "# TLS secrets log file, generated by OpenSSL / Python")
    equal([line.split()[0] for line in lines[1:]], ["CLIENT_RANDOM"])
    server_context.keylog_filename = "keys.log"  # both append
    memory_pair(client_context, server_context)
    client_context.keylog_filename = server_context.keylog_filename = None
    memory_pair(client_context, server_context)
    with open("keys.log") as f:
        equal(len(f.readlines()), 4)
    fails(IsADirectoryError, None, setattr, client_context, "keylog_filename", ".")
    fails(TypeError, "expected str, bytes or os.PathLike object, not int", setattr, client_context, "keylog_filename", 1)


def test_a_file_of_keys_that_is_slow_is_in_nobodys_way():
    if sys.implementation.name == "cpython":
        return  # closes the file that is being written to
    client_context, server_context = contexts()
    os.mkfifo("pipe")
    pipe = os.open("pipe", os.O_RDWR | os.O_NONBLOCK)
    server_context.keylog_filename = "pipe"
    capacity = 0
    while True:
        try:
            capacity += os.write(pipe, b"x" * 4096)
        except BlockingIOError:
            break
    handshake = threading.Thread(target=memory_pair, args=(client_context, server_context))
    handshake.start()
    handshake.join(0.1)
    assert handshake.is_alive()
    server_context.keylog_filename = None
    collection = threading.Thread(target=gc.collect)
    collection.start()
    server_context.keylog_filename = "keys.log"
    collection.join()
    assert handshake.is_alive()
    os.read(pipe, capacity)
    handshake.join()
    equal(os.read(pipe, 13), b"CLIENT_RANDOM")
    os.close(pipe)


def test_a_timeout():
    client_context, server_context = contexts()
    left, right = socket.socketpair()
    with left, right:
        left.settimeout(0.05)
        fails(TimeoutError, None, client_context.wrap_socket, left)


run(globals())
