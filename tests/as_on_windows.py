"""A machine on which the package finds what Windows has, and not what only Unix has.

Modules of the package, and they alone, get another ``os``, ``sys`` and ``signal``. What they call in the standard
library, torch and filelock stays as it is here: those are portable by themselves. So a lock is taken by filelock's Unix
half, which like the one for Windows is released by the kernel when its holder dies.
"""

import builtins
import errno
import fcntl
import os
import signal
import sys
import warnings
from types import ModuleType

MODULES = "fcntl resource pwd grp termios tty pty posix syslog readline curses".split()
UNIX = """O_NOFOLLOW O_CLOEXEC O_DIRECTORY O_NONBLOCK O_NDELAY O_SYNC O_DSYNC O_NOCTTY O_PATH O_TMPFILE O_NOATIME
    pread pwrite preadv pwritev readv writev register_at_fork fork forkpty posix_spawn posix_spawnp sched_getaffinity
    sched_setaffinity getuid geteuid getgid getegid getgroups getpgid getpgrp getsid setsid setpgid statvfs fstatvfs
    sysconf sysconf_names pathconf fpathconf confstr uname chown fchown lchown fchmod fchdir fdatasync sync lockf mkfifo
    mknod killpg nice getloadavg getpriority wait wait3 wait4 WNOHANG posix_fadvise posix_fallocate sendfile fwalk pipe2
    openpty ttyname tcgetpgrp chroot memfd_create getrandom copy_file_range splice eventfd""".split()
SIGNALS = {"SIGABRT", "SIGFPE", "SIGILL", "SIGINT", "SIGSEGV", "SIGTERM"}
BINARY = 1 << 28
text, looked_into = set(), set()


def pretend():
    """From here on modules of the package that are imported are on Windows."""
    assert not any(name.split(".")[0] == "sparring" for name in sys.modules), "too late"
    here = {"os": windows_os(), "sys": windows_sys(), "signal": windows_signal(), "_winapi": winapi()}
    real, real_open = builtins.__import__, builtins.open

    def find(name, globals=None, locals=None, fromlist=(), level=0):
        if is_ours(globals):
            if name in MODULES:
                raise ModuleNotFoundError(f"No module named {name!r}")
            if name in here:
                return here[name]
        return real(name, globals, locals, fromlist, level)

    def open_plainly(file, mode="r", buffering=-1, encoding=None, *rest, **more):
        if is_ours(sys._getframe(1).f_globals):
            if str(file).startswith(("/proc", "/sys", "/dev")):
                raise FileNotFoundError(errno.ENOENT, "No such file or directory", str(file))
            if "b" not in mode and encoding is None:
                raise EncodingWarning(f"{file} is opened as text of any encoding")
        return real_open(file, mode, buffering, encoding, *rest, **more)

    builtins.__import__, builtins.open = find, open_plainly
    warnings.filterwarnings("error", category=EncodingWarning, module=r"sparring\b")  # text is not UTF-8 there


def is_ours(globals):
    return str((globals or {}).get("__name__")).split(".")[0] == "sparring"


def windows_os():
    """``os`` without what Windows lacks, and with its own ways."""
    module = ModuleType("os")
    module.__dict__.update({name: value for name, value in vars(os).items() if name not in UNIX})
    module.O_BINARY = BINARY
    own = open_file, write, fsync, rename, replace, kill
    module.__dict__.update({f.__name__.removesuffix("_file"): f for f in own})
    return module


def open_file(path, flags, mode=0o777):
    """Folders cannot be opened, and what is not binary is text."""
    if os.path.isdir(path):
        raise PermissionError(errno.EACCES, "Permission denied", str(path))
    fd = os.open(path, flags & ~BINARY, mode)
    (text.discard if flags & BINARY else text.add)(fd)
    return fd


def write(fd, data):
    if fd not in text:
        return os.write(fd, data)
    os.write(fd, bytes(data).replace(b"\n", b"\r\n"))
    return len(data)


def fsync(fd):
    if fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
        raise OSError(errno.EBADF, "Bad file descriptor")
    os.fsync(fd)


def rename(old, new):
    if os.path.exists(new):
        raise FileExistsError(errno.EEXIST, "Cannot create a file when that file already exists")
    replace(old, new)


def replace(old, new):
    """What is open, or lies below, cannot be renamed; a virus scanner opens everything once."""
    if str(old) not in looked_into or is_open(str(old)):
        looked_into.add(str(old))
        raise PermissionError(errno.EACCES, "The process cannot access the file: another one uses it")
    os.replace(old, new)


def is_open(path):
    """Whether this process has a file open or mapped that is the path or lies below it (told on Linux only)."""
    if not os.path.isdir("/proc/self/fd"):
        return False
    names = [os.path.realpath(f"/proc/self/fd/{fd}") for fd in os.listdir("/proc/self/fd")]
    with open("/proc/self/maps", encoding="utf-8") as file:
        names += [line.split(maxsplit=5)[5].strip() for line in file if line.count("/")]
    whole = os.path.realpath(path)
    return any(name == whole or name.startswith(whole + os.sep) for name in names)


def kill(pid, number):
    raise AssertionError(f"os.kill({pid}, {number}) ends the process on Windows")


def windows_sys():
    """``sys``, but for the platform."""

    class Sys(ModuleType):
        def __getattr__(self, name):
            return getattr(sys, name)

    module = Sys("sys")
    module.platform = "win32"
    return module


def windows_signal():
    """``signal`` with the few there are."""
    module = ModuleType("signal")
    kept = {k: v for k, v in vars(signal).items() if not (k.startswith("SIG") and k[3].isalpha()) or k in SIGNALS}
    module.__dict__.update(kept)
    return module


def winapi():
    """As much of ``_winapi`` as tells whether a process lives."""
    module = ModuleType("_winapi")

    def open_process(access, inherit, pid):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            raise OSError(errno.EINVAL, "The parameter is incorrect") from None
        return pid

    module.STILL_ACTIVE, module.OpenProcess = 259, open_process
    module.GetExitCodeProcess, module.CloseHandle = lambda handle: 259, lambda handle: None
    return module
