"""h11: a client and a server that talk HTTP/1.1 in memory, and broken requests."""

import h11


def exchange(n):
    client, server = h11.Connection(h11.CLIENT), h11.Connection(h11.SERVER)
    body = b"x" * n
    sent = client.send(h11.Request(method="POST", target="/a", headers=[("Host", "h"), ("Content-Length", str(n))]))
    sent += client.send(h11.Data(data=body)) + client.send(h11.EndOfMessage())
    server.receive_data(sent)
    events = []
    while (event := server.next_event()) not in (h11.NEED_DATA, h11.PAUSED):
        events.append(event)
        if isinstance(event, h11.EndOfMessage):
            break
    assert b"".join(bytes(e.data) for e in events if isinstance(e, h11.Data)) == body
    answer = server.send(h11.Response(status_code=200, headers=[("Transfer-Encoding", "chunked")]))
    answer += server.send(h11.Data(data=b"hello")) + server.send(h11.EndOfMessage(headers=[("T", "v")]))
    client.receive_data(answer)
    got = [client.next_event() for _ in range(3)]
    client.start_next_cycle()
    return events, got


def main():
    for n in range(300):
        events, got = exchange(n)
    print([type(e).__name__ for e in events], got, sep="\n")
    for raw in (b"GET / HTTP/1.1\r\n\r\n", b"GET /\x00 HTTP/1.1\r\nHost: a\r\n\r\n", b"nonsense\r\n\r\n",
                b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 2\r\n\r\n"):
        server = h11.Connection(h11.SERVER)
        server.receive_data(raw)
        try:
            print(server.next_event())
        except h11.RemoteProtocolError as error:
            print(error, error.error_status_hint)


main()
