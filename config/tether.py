"""Runs a module as a program that ends, with all that it forks, when its parent ends (Linux).

``python -m config.tether PARENT_PID MODULE [ARGUMENTS]``: without it, killing the supervisor
outright would leave web processes that hold the port.
"""

import ctypes
import os
import runpy
import signal
import sys

PR_SET_PDEATHSIG = 1


def tether(parent: int) -> None:
    """Have SIGTERM sent to this process when ``parent``, which started it, ends."""
    if sys.platform != "linux":
        return
    end_with_parent = ctypes.CDLL(None).prctl
    end_with_parent(PR_SET_PDEATHSIG, signal.SIGTERM)
    # The kernel forgets it at each fork.
    os.register_at_fork(
        after_in_child=lambda: end_with_parent(PR_SET_PDEATHSIG, signal.SIGTERM) and None
    )
    if os.getppid() != parent:
        sys.exit("the parent process has already ended")


def main() -> None:
    parent, module, *arguments = sys.argv[1:]
    tether(int(parent))
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
