"""Runs tests of CPython's own suite in a page: run.py MODULE names them, run.py MODULE ID … runs them.

The suite's files stand in `test/` as they were fetched. How each test ended is a line that begins with
`peers`, for whoever drives the page.
"""

import importlib
import re
import sys
import traceback
import unittest


def modules(name):
    """Where the tests of this name stand: as in CPython those of multiprocessing are made for a start method."""
    if name.startswith("mpi."):
        sys.path.insert(0, "mpi")
        return importlib.import_module(name.removeprefix("mpi."))
    if name == "test_multiprocessing_spawn":
        _undo_renaming()
    return importlib.import_module(f"test.{name}")


def _undo_renaming():
    """The tests of multiprocessing come in a package that calls it multiprocess."""
    with open("test/multiprocess.py", encoding="utf-8") as file:
        text = file.read()
    text = re.sub(r"\bmultiprocess\b", "multiprocessing", text)
    text = text.replace('assertIn("__init__.py", err)', 'assertIn("_test_multiprocessing.py", err)')
    # What that package cannot do it leaves out by this line; CPython's own tests have none such.
    text = re.sub(r"^ *@unittest\.skipIf\(True,.*\n", "", text, flags=re.MULTILINE)
    with open("test/_test_multiprocessing.py", "w", encoding="utf-8") as file:
        file.write(text)
    with open("test/test_multiprocessing_spawn.py", "w", encoding="utf-8") as file:
        file.write("from test._test_multiprocessing import install_tests_in_module_dict\n"
                   "install_tests_in_module_dict(globals(), 'spawn')\n")


def short(name):
    """What a test is called within its module."""
    return re.sub(r"^(test\.)?test_\w+\.", "", name)


class Told(unittest.TestResult):
    """Says of each test how it ended: once, and the worst where there is more than one thing to say."""

    def startTest(self, test):
        super().startTest(test)
        self.ended = None

    def stopTest(self, test):
        super().stopTest(test)
        self.say(test.id(), *(self.ended or ("ok", "")))

    def say(self, name, how, why):
        name = short(name)
        print(f"\npeers {how} {name} {' '.join(why.split())}".rstrip(), flush=True)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._ends(test, "skipped", reason)

    def addError(self, test, error):
        super().addError(test, error)
        traceback.print_exception(*error)
        self._ends(test, "failed", "".join(traceback.format_exception_only(*error[:2])))

    addFailure = addError

    def addExpectedFailure(self, test, error):
        super().addExpectedFailure(test, error)

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self._ends(test, "failed", "it is expected to fail")

    def addSubTest(self, test, part, error):
        super().addSubTest(test, part, error)
        if error is not None:
            self.addError(test, error)

    def _ends(self, test, how, why):
        if not isinstance(test, unittest.TestCase):
            # What comes before the tests of a class or a module.
            self.say(test.id(), how, why)
        elif self.ended is None or how == "failed":
            self.ended = how, why


def each(suite):
    for one in suite:
        if isinstance(one, unittest.TestSuite):
            yield from each(one)
        else:
            yield one


def main():
    name, *wanted = sys.argv[1:]
    try:
        module = modules(name)
    except unittest.SkipTest as reason:
        return print(f"peers skipped {name} {reason}")
    loader = unittest.defaultTestLoader
    if not wanted:
        for test in each(loader.loadTestsFromModule(module)):
            print("peers test", short(test.id()))
        return None
    loader.loadTestsFromNames(wanted, module).run(Told())


if __name__ == "__main__":
    main()
