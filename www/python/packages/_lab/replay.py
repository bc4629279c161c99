"""A fork without a copy of memory: the child runs the main program again, up to the place where
its parent forked for the first time.

It is mute meanwhile, and all that it asks of the kernel is answered as it was for the parent:
queues have the same numbers, lines of input are the same, sleeps take no time. From there on only
definitions and imports are carried out. What depends on time or chance is another than in the
parent; that is the difference to a real fork.
"""

import ast
import io
import os
import sys

from _lab import kernel


class Forked(BaseException):
    """The replay has come to where its parent forked."""


def run(source, path, log):
    from _lab.process import main_module

    module = main_module(path, "__main__")
    tree = ast.parse(source, path)
    kernel.told = log
    output, errors = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = io.TextIOWrapper(open(os.devnull, "wb"), write_through=True)
    try:
        rest = _until_the_fork(tree, path, module.__dict__)
    finally:
        kernel.told = None
        sys.stdout, sys.stderr = output, errors
    kernel.log = None
    for statement in rest:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)):
            _execute(statement, path, module.__dict__)


def _until_the_fork(tree, path, names):
    """Runs statement after statement; those that are left when the fork has come."""
    statements = list(tree.body)
    while statements:
        statement = statements.pop(0)
        try:
            _execute(statement, path, names)
        except Forked:
            break
    return statements


def _execute(statement, path, names):
    # `from __future__` would hold for its own statement only; annotations are lazy anyway.
    exec(compile(ast.Module([statement], []), path, "exec"), names)


def has_guard(source):
    """Whether the program asks for its name before it does anything."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return False
    tests = [statement.test for statement in tree.body if isinstance(statement, ast.If)]
    names = [node.id for test in tests for node in ast.walk(test) if isinstance(node, ast.Name)]
    return "__name__" in names
