# exit: 1
def fail(kind, *args):
    raise kind(*args)


def collect(*calls):
    errors = []
    for call in calls:
        try:
            fail(*call)
        except Exception as error:
            errors.append(error)
    return errors


try:
    raise ExceptionGroup("inner", collect((ValueError, 1), (TypeError, "t")))
except ExceptionGroup as group:
    raise ExceptionGroup("outer", [group, *collect((OSError, 2, "gone", "file"))])
