"""An audit hook starts the first thread: what its event then stores is everybody's."""

import sys
import threading

from testing import equal, run


def test_a_callback_of_monitoring():
    class Callback:
        called = 0

        def __call__(self, code, offset, function, argument):
            if code is use.__code__:  # the main thread calls something, too
                self.called += 1

    def hook(event, arguments):
        nonlocal threads
        if event == "sys.monitoring.register_callback" and not threads:
            threads = 1
            in_thread(lambda: None)

    def in_thread(function):
        thread = threading.Thread(target=function)
        thread.start()
        thread.join()

    def use():
        sys.monitoring.set_events(1, sys.monitoring.events.CALL)
        len([])
        sys.monitoring.set_events(1, 0)

    threads = 0
    callback = Callback()
    sys.monitoring.use_tool_id(1, "test")
    sys.addaudithook(hook)
    sys.monitoring.register_callback(1, sys.monitoring.events.CALL, callback)
    in_thread(use)
    equal((threads, callback.called), (1, 2))


run(globals())
