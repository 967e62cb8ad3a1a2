"""trio: nurseries, cancellation, channels, locks and threads."""

import trio


async def worker(number, receive, results):
    async with receive:
        async for item in receive:
            await trio.sleep(0)
            results.append((number, item * item))


async def main():
    results = []
    async with trio.open_nursery() as nursery:
        send, receive = trio.open_memory_channel(5)
        async with receive, send:
            for number in range(4):
                nursery.start_soon(worker, number, receive.clone(), results)
            for item in range(2000):
                await send.send(item)
    print(len(results), sum(square for _, square in results))
    with trio.move_on_after(0.01) as scope:
        await trio.sleep_forever()
    print(scope.cancelled_caught, await trio.to_thread.run_sync(sum, range(100)))
    try:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(trio.sleep, 10)
            raise ValueError("inside")
    except* ValueError as group:
        print(group.exceptions)


trio.run(main)
