"""Is there an order of a history's calls that explains their results?

A history is what threads saw of calls on one object: for each call when it began, when it ended, and
its outcome. It is linearizable if the calls can be put into an order that respects time (a call
that ended before another began comes first) and in which an object that only one thread uses gives
the same outcomes (Herlihy and Wing, "Linearizability: a correctness condition for concurrent
objects", 1990). The search is that of Wing and Gong ("Testing and verifying concurrent objects",
1993), which remembers the sets of calls and states that led nowhere, as Lowe does ("Testing for
linearizability", 2017).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Call:
    """One call of a history. `begin` and `end` are in ns of one clock; `outcome` is what run()
    returned."""
    thread: int
    operation: tuple
    begin: int
    end: int
    outcome: tuple

    def __str__(self):
        name, *arguments = self.operation
        kind, value = self.outcome
        return (f"thread {self.thread}  {self.begin:>9}..{self.end:<9} "
                f"{name}({', '.join(map(repr, arguments))}) {kind} {value}")


def run(model, target, operation):
    """The outcome of one operation on `target`: ("returns", value) or ("raises", type name)."""
    name, *arguments = operation
    function = model.end if name == "end" else model.operations[name]
    try:
        return "returns", function(target, *arguments)
    except Exception as error:
        return "raises", type(error).__name__


def explain(model, history):
    """The calls in an order that explains them, or None if there is none. `model` has new(), which
    makes the object that a history begins with; copy(target); view(target), something hashable that
    equals for equal states; end(target), what
    is left of it; operations, {name: function}; and choices, {name: function(target, result) -> bool}, for operations whose result is not
    determined: it does what leads to that result, if it can."""
    history = sorted(history, key=lambda call: call.begin)
    dead_ends = set()

    def step(target, call):
        choose = model.choices.get(call.operation[0])
        if choose and call.outcome[0] == "returns":
            return choose(target, call.outcome[1])
        return run(model, target, call.operation) == call.outcome

    def search(target, left, order):
        if not left:
            return order
        key = left, model.view(target)
        if key in dead_ends:
            return None
        first_end = min(history[i].end for i in left)
        for i in left:
            if history[i].begin > first_end:
                break  # it began when another, still left, had ended
            after = model.copy(target)
            if step(after, history[i]):
                found = search(after, tuple(n for n in left if n != i), order + [history[i]])
                if found is not None:
                    return found
        dead_ends.add(key)
        return None

    return search(model.new(), tuple(range(len(history))), [])
