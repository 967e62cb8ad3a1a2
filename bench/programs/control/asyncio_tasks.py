"""asyncio: tasks, gather, queues, events, locks, timeouts and sleep(0), nothing that waits for the world."""

import asyncio

CASES = {5: [9900, 200, 64, 5, 15], 500: [99990000, 25000, 4096, 500, 1500]}


async def worker(queue, results, lock):
    while True:
        item = await queue.get()
        async with lock:
            results.append(item * 2)
        queue.task_done()


async def chatter(count):
    for _ in range(count):
        await asyncio.sleep(0)
    return count


async def tree(depth):
    if depth == 0:
        return 1
    left, right = await asyncio.gather(tree(depth - 1), tree(depth - 1))
    return left + right


async def everything(size):
    queue = asyncio.Queue(maxsize=10)
    results = []
    lock = asyncio.Lock()
    workers = [asyncio.create_task(worker(queue, results, lock)) for _ in range(5)]
    for i in range(size * 20):
        await queue.put(i)
    await queue.join()
    for task in workers:
        task.cancel()
    await asyncio.gather(*workers, return_exceptions=True)
    counts = await asyncio.gather(*(chatter(size // 2) for _ in range(100)))
    leaves = await tree((size * 8).bit_length())
    event = asyncio.Event()
    waiting = [asyncio.create_task(event.wait()) for _ in range(size)]
    await asyncio.sleep(0)
    event.set()
    done = await asyncio.gather(*waiting)
    async with asyncio.timeout(60):
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(chatter(3)) for _ in range(size)]
    return [sum(results), sum(counts), leaves, len(done), sum(task.result() for task in tasks)]


def main(size):
    return asyncio.run(everything(size))
