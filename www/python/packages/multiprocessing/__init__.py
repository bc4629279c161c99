"""multiprocessing, on the lab's kernel: processes are workers of the browser, each with an
interpreter of its own, and what they share is kept by the kernel."""

import os as _os

from . import process, reduction  # noqa: F401
from .context import (
    BaseContext,
    _default,
    get_all_start_methods,
    get_context,
    get_start_method,
    set_start_method,
)
from .process import (
    AuthenticationError,
    BufferTooShort,
    ProcessError,
    TimeoutError,
    active_children,
    current_process,
    parent_process,
)

# What stands on these modules alone, as `dummy` and `util` do, is the standard library's own.
__path__.append(_os.path.join(_os.path.dirname(_os.__file__), "multiprocessing"))

Process = process.Process
reducer = reduction
for _name in BaseContext.OFFERED:
    globals()[_name] = getattr(_default, _name)

__all__ = [
    *BaseContext.OFFERED, "AuthenticationError", "BufferTooShort", "Process", "ProcessError", "TimeoutError",
    "active_children", "current_process", "get_all_start_methods", "get_context", "get_start_method",
    "parent_process", "reducer", "set_start_method",
]
