"""hypothesis: finds and shrinks counterexamples, runs a state machine, replays by a fixed seed."""

from hypothesis import HealthCheck, Phase, find, given, settings, strategies as st
from hypothesis.errors import NoSuchExample
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

fixed = settings(derandomize=True, database=None, max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))


@fixed
@given(st.lists(st.integers()), st.text(), st.dictionaries(st.text(max_size=3), st.floats(allow_nan=False)))
def round_trips(numbers, text, table):
    assert sorted(sorted(numbers)) == sorted(numbers)
    assert text.encode("utf-8", "surrogatepass").decode("utf-8", "surrogatepass") == text
    assert eval(repr(table), {"inf": float("inf")}) == table


@fixed
@given(st.lists(st.integers(), min_size=1), st.data())
def wrong(numbers, data):
    index = data.draw(st.integers(0, len(numbers) - 1))
    assert numbers[index] < 1000


class Machine(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.items, self.total = [], 0

    @rule(n=st.integers(0, 100))
    def add(self, n):
        self.items.append(n)
        self.total += n

    @rule()
    def clear(self):
        self.items, self.total = [], 0

    @invariant()
    def agrees(self):
        assert sum(self.items) == self.total


def main():
    round_trips()
    try:
        wrong()
    except AssertionError as error:
        print("found", getattr(error, "__notes__", None))
    print(find(st.lists(st.integers()), lambda x: sum(x) >= 100 and len(x) > 2, settings=fixed))
    print(find(st.from_regex(r"\A[a-c]{2,}\d\Z"), lambda s: True, settings=fixed))
    try:
        find(st.integers(0, 10), lambda n: n > 10, settings=fixed)
    except NoSuchExample as error:
        print(type(error).__name__)
    run_state_machine_as_test(Machine, settings=settings(fixed, stateful_step_count=20))


main()
