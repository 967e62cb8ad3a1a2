"""An operating system's kernel in small: tasks of several classes, packets, queues (after Richards)."""

CASES = {
    50: [586483, 184, [80, 71, 98, 88, 33, 150]],
    49000: [497953, 183360, [83750, 92109, 91688, 91674, 36667, 147000]],
}


class Packet:
    def __init__(self, link, target, kind):
        self.link = link
        self.target = target
        self.kind = kind
        self.datum = 0
        self.data = [0] * 4

    def append_to(self, queue):
        self.link = None
        if queue is None:
            return self
        last = queue
        while last.link is not None:
            last = last.link
        last.link = self
        return queue


class Task:
    def __init__(self, number, priority, queue):
        self.number = number
        self.priority = priority
        self.queue = queue
        self.waiting = queue is None
        self.held = False
        self.runs = 0

    def ready(self):
        return not self.held and not (self.waiting and self.queue is None)

    def run(self, kernel):
        packet = self.queue
        if packet is not None:
            self.queue = packet.link
        self.waiting = False
        self.runs += 1
        self.step(kernel, packet)

    def step(self, kernel, packet):
        raise NotImplementedError


class Idle(Task):
    def __init__(self, number, count):
        super().__init__(number, 0, None)
        self.waiting = False
        self.control = 1
        self.count = count

    def step(self, kernel, packet):
        self.count -= 1
        if self.count <= 0:
            self.held = True
        elif self.control & 1:
            self.control = self.control >> 1 ^ 0xd008
            kernel.release(kernel.devices[1])
        else:
            self.control >>= 1
            kernel.release(kernel.devices[0])


class Worker(Task):
    def __init__(self, number, priority, queue):
        super().__init__(number, priority, queue)
        self.turn = 0
        self.letters = 0

    def step(self, kernel, packet):
        if packet is None:
            self.waiting = True
            return
        self.turn = 1 - self.turn
        packet.target = kernel.handlers[self.turn]
        for i in range(4):
            self.letters = (self.letters + 1) % 26
            packet.data[i] = 65 + self.letters
        kernel.send(packet, packet.target)


class Handler(Task):
    def __init__(self, number, priority, queue, device, worker):
        super().__init__(number, priority, queue)
        self.device = device
        self.worker = worker

    def step(self, kernel, packet):
        if packet is None:
            self.waiting = True
        elif packet.datum < 4:
            kernel.checksum = (kernel.checksum * 31 + packet.data[packet.datum]) % 1000003
            packet.datum += 1
            kernel.send(packet, self.device)
        else:
            packet.datum = 0
            kernel.send(packet, self.worker)


class Device(Task):
    def __init__(self, number, priority, handler):
        super().__init__(number, priority, None)
        self.handler = handler
        self.pending = None

    def step(self, kernel, packet):
        if packet is not None:
            self.pending = packet.append_to(self.pending)
            self.held = True
            return
        first = self.pending
        if first is None:
            self.waiting = True
        else:
            self.pending = first.link
            kernel.send(first, self.handler)
            self.held = self.pending is not None


class Kernel:
    def __init__(self, count):
        self.checksum = 0
        self.sent = 0
        worker = Worker(1, 1000, Packet(Packet(None, None, 1), None, 1))
        self.handlers = [Handler(2, 2000, None, None, worker), Handler(3, 3000, None, None, worker)]
        self.devices = [Device(4, 4000, self.handlers[0]), Device(5, 5000, self.handlers[1])]
        for handler, device in zip(self.handlers, self.devices):
            handler.device = device
            for _ in range(3):
                packet = Packet(None, device, 0)
                handler.queue = packet.append_to(handler.queue)
        self.tasks = [Idle(0, count), worker, *self.handlers, *self.devices]
        self.tasks.sort(key=lambda task: -task.priority)

    def send(self, packet, target):
        self.sent += 1
        target.queue = packet.append_to(target.queue)

    def release(self, task):
        task.held = False

    def run(self):
        while True:
            for task in self.tasks:
                if task.ready():
                    task.run(self)
                    break
            else:
                return


def main(size):
    kernel = Kernel(size * 3)
    kernel.run()
    return [kernel.checksum, kernel.sent, [task.runs for task in kernel.tasks]]
