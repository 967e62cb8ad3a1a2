"""A solver of one-way constraints in strengths, which plans and runs chains of them (after DeltaBlue)."""

CASES = {30: [5550, 5150], 27000: [544950, 184950]}

REQUIRED, STRONG, WEAK = 0, 1, 2


class Variable:
    def __init__(self, name, value):
        self.name = name
        self.value = value
        self.constraints = []
        self.determined_by = None
        self.strength = WEAK + 1
        self.mark = 0


class Constraint:
    def __init__(self, strength):
        self.strength = strength
        self.output = None

    def attach(self):
        for variable in self.variables():
            variable.constraints.append(self)

    def is_satisfied(self):
        return self.output is not None

    def satisfy(self, mark):
        self.choose(mark)
        if self.output is None:
            return None
        for variable in self.inputs():
            variable.mark = mark
        output = self.output
        replaced = output.determined_by
        if replaced is not None:
            replaced.output = None
        output.determined_by = self
        output.strength = self.weakest()
        output.mark = mark
        return replaced

    def weakest(self):
        strength = self.strength
        for variable in self.inputs():
            strength = max(strength, variable.strength)
        return strength


class Stay(Constraint):
    def __init__(self, variable, strength):
        super().__init__(strength)
        self.variable = variable
        self.attach()

    def variables(self):
        return (self.variable,)

    def inputs(self):
        return ()

    def choose(self, mark):
        free = self.variable.mark != mark and self.variable.strength > self.strength
        self.output = self.variable if free else None

    def execute(self):
        pass


class Edit(Stay):
    pass


class Equal(Constraint):
    def __init__(self, a, b, strength):
        super().__init__(strength)
        self.a = a
        self.b = b
        self.attach()

    def variables(self):
        return (self.a, self.b)

    def inputs(self):
        return (self.a,) if self.output is self.b else (self.b,)

    def choose(self, mark):
        a, b = self.a, self.b
        if a.mark == mark:
            self.output = b if b.mark != mark and b.strength > self.strength else None
        elif b.mark == mark:
            self.output = a if a.strength > self.strength else None
        elif a.strength < b.strength:
            self.output = b if b.strength > self.strength else None
        else:
            self.output = a if a.strength > self.strength else None

    def execute(self):
        self.output.value = self.inputs()[0].value


class Scale(Equal):
    def __init__(self, a, b, factor, offset, strength):
        self.factor = factor
        self.offset = offset
        super().__init__(a, b, strength)

    def execute(self):
        if self.output is self.b:
            self.b.value = self.a.value * self.factor + self.offset
        else:
            self.a.value = (self.b.value - self.offset) // self.factor


class Planner:
    def __init__(self):
        self.mark = 0

    def add(self, constraint):
        self.mark += 1
        replaced = constraint.satisfy(self.mark)
        self.propagate(constraint)
        while replaced is not None:
            constraint, replaced = replaced, replaced.satisfy(self.mark)
            if constraint.is_satisfied():
                self.propagate(constraint)

    def propagate(self, constraint):
        waiting = [constraint]
        while waiting:
            constraint = waiting.pop()
            constraint.output.strength = constraint.weakest()
            constraint.execute()
            for other in constraint.output.constraints:
                if other is not constraint and other.is_satisfied() and other.output is not constraint.output:
                    waiting.append(other)

    def plan(self, source):
        steps = []
        waiting = [source]
        while waiting:
            constraint = waiting.pop()
            steps.append(constraint)
            for other in constraint.output.constraints:
                if other is not constraint and other.is_satisfied() and other.output is not constraint.output:
                    waiting.append(other)
        return steps


def chain(length):
    planner = Planner()
    variables = [Variable(f"v{i}", 0) for i in range(length + 1)]
    planner.add(Stay(variables[0], WEAK))
    for i in range(length):
        if i % 10 == 9:
            planner.add(Scale(variables[i], variables[i + 1], 1, 2, REQUIRED))
        else:
            planner.add(Equal(variables[i], variables[i + 1], REQUIRED))
    edit = Edit(variables[0], STRONG)
    planner.add(edit)
    plan = planner.plan(edit)
    total = 0
    for value in range(100):
        variables[0].value = value
        for constraint in plan:
            constraint.execute()
        total += variables[-1].value
    return total


def main(size):
    return [chain(size), chain(size // 3)]
