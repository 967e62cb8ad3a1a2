"""Makes a program smaller as long as it stays interesting."""

import ast
import copy
import time
import warnings

LISTS = ('body', 'orelse', 'finalbody', 'handlers', 'cases', 'args', 'keywords', 'elts', 'decorator_list', 'targets', 'values', 'generators')
CONSTANTS = (None, 0, 1, '')


def lists_of(tree):
    for node in ast.walk(tree):
        for field in LISTS:
            items = getattr(node, field, None)
            if isinstance(items, list) and items:
                yield node, field


def attempts_at_deleting(tree):
    """Trees with a run of statements, or of arguments, less; long runs first."""
    places = [(i, len(getattr(node, field))) for i, (node, field) in enumerate(lists_of(tree))]
    for i, length in places:
        size = length
        while size:
            for start in range(0, length, size):
                smaller = copy.deepcopy(tree)
                node, field = list(lists_of(smaller))[i]
                items = getattr(node, field)
                del items[start:start + size]
                if not items and field == 'body' and not isinstance(node, ast.Module):
                    items.append(ast.Pass())
                yield smaller
            size //= 2


def children(tree):
    """Where each statement list item or expression hangs: (parent, field, index or None)."""
    for node in ast.walk(tree):
        for field, value in ast.iter_fields(node):
            if isinstance(value, list):
                for i, item in enumerate(value):
                    if isinstance(item, (ast.expr, ast.stmt)):
                        yield node, field, i
            elif isinstance(value, ast.expr):
                yield node, field, None


def get(place):
    node, field, i = place
    return getattr(node, field) if i is None else getattr(node, field)[i]


def put(place, new):
    node, field, i = place
    if i is None:
        setattr(node, field, new)
    elif isinstance(new, list):
        getattr(node, field)[i:i + 1] = new
    else:
        getattr(node, field)[i] = new


def replacements(node):
    """What may stand for a statement or expression: its parts, or a constant."""
    if isinstance(node, ast.stmt):
        for field in ('body', 'orelse', 'finalbody'):
            if getattr(node, field, None):
                yield getattr(node, field)
        return
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield child
    if not isinstance(node, ast.Constant) and not isinstance(getattr(node, 'ctx', None), (ast.Store, ast.Del)):
        for value in CONSTANTS:
            yield ast.Constant(value)


def attempts_at_replacing(tree):
    for i, place in enumerate(list(children(tree))):
        for j, _ in enumerate(list(replacements(get(place)))):
            smaller = copy.deepcopy(tree)
            place_there = list(children(smaller))[i]
            put(place_there, list(replacements(get(place_there)))[j])
            yield smaller


def source_of(tree):
    try:
        source = ast.unparse(ast.fix_missing_locations(tree)) + '\n'
        with warnings.catch_warnings(action='ignore'):
            compile(source, 'program.py', 'exec')
    except Exception:
        return None
    return source


def shrink_lines(source, interesting):
    """Without the tree: where what differs is the layout of the text."""
    lines = source.splitlines(True)
    size = len(lines)
    while size:
        start = 0
        while start < len(lines):
            fewer = lines[:start] + lines[start + size:]
            if interesting(''.join(fewer)):
                lines = fewer
            else:
                start += size
        size //= 2
    return ''.join(lines)


def shrink(source, interesting, seconds=20):
    """A smaller program for which interesting(source) still holds; what is found in so many seconds."""
    end = time.monotonic() + seconds
    source = shrink_lines(source, interesting)
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return source
    normal = source_of(tree)
    if not normal or not interesting(normal):
        return source
    again = True
    while again:
        again = False
        for attempts in (attempts_at_deleting, attempts_at_replacing):
            for smaller in attempts(tree):
                text = source_of(smaller)
                if time.monotonic() > end:
                    return normal
                if text and len(text) < len(normal) and interesting(text):
                    tree, normal, again = ast.parse(text), text, True
                    break
    return normal
