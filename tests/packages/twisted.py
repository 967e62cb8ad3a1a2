"""twisted without its reactor: deferreds, inline callbacks, a clock, protocols in memory, failures."""

from twisted.internet import defer, task
from twisted.internet.testing import StringTransport
from twisted.protocols import basic
from twisted.python import failure, filepath, usage


@defer.inlineCallbacks
def pipeline(clock, n):
    total = 0
    for i in range(n):
        total += yield task.deferLater(clock, 1, lambda i=i: i * i)
    try:
        yield defer.fail(ValueError("inside"))
    except ValueError as error:
        defer.returnValue((total, str(error)))


async def native(clock):
    await task.deferLater(clock, 2)
    return "done"


class Echo(basic.LineReceiver):
    def lineReceived(self, line):
        self.sendLine(line[::-1])


def main():
    clock, results = task.Clock(), []
    for _ in range(50):
        pipeline(clock, 40).addBoth(results.append)
    defer.ensureDeferred(native(clock)).addCallback(results.append)
    clock.pump([1] * 41)
    print(len(results), results[:2])
    gathered = []
    defer.gatherResults([defer.succeed(n) for n in range(3)]).addCallback(gathered.append)
    defer.DeferredList([defer.succeed(1), defer.fail(KeyError("k"))], consumeErrors=True).addCallback(
        lambda pairs: gathered.append([ok for ok, _ in pairs]))
    print(gathered)
    transport, protocol = StringTransport(), Echo()
    protocol.makeConnection(transport)
    for n in range(2000):
        protocol.dataReceived(b"hel" if n % 2 else b"lo %d\r\n" % n)
    print(len(transport.value()), transport.value()[:40])
    try:
        [][1]
    except IndexError:
        print(failure.Failure().getErrorMessage(), failure.Failure().check(KeyError, LookupError))
    loop = task.LoopingCall(lambda: results.append("tick"))
    loop.clock = clock
    loop.start(5)
    clock.pump([5] * 3)
    print(results.count("tick"), filepath.FilePath("/a/b").child("c").path)

    class Options(usage.Options):
        optParameters = [["port", "p", 80, "The port.", int]]

    options = Options()
    options.parseOptions(["-p", "8080"])
    print(options["port"])


main()
