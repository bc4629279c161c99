#define PY_SSIZE_T_CLEAN
#include <Python.h>

static unsigned long long fib(unsigned n) { return n <= 2 ? 1 : fib(n - 1) + fib(n - 2); }

/* fib(n), without the interpreter's lock: no Python object is touched between the two macros. */
static PyObject *released(PyObject *module, PyObject *argument) {
    unsigned long n = PyLong_AsUnsignedLong(argument); /* under the lock */
    unsigned long long answer;
    if (PyErr_Occurred()) return NULL;
    Py_BEGIN_ALLOW_THREADS
    answer = fib((unsigned)n);
    Py_END_ALLOW_THREADS
    return PyLong_FromUnsignedLongLong(answer); /* under the lock again */
}

static PyMethodDef methods[] = {{"fib", released, METH_O, "fib(n), without the lock"}, {0}};
static PyModuleDef module = {PyModuleDef_HEAD_INIT, "extension", NULL, -1, methods};
PyMODINIT_FUNC PyInit_extension(void) { return PyModule_Create(&module); }
