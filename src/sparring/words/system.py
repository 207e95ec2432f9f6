"""What the operating system says of a file that cannot be used, in the language that is spoken."""

import errno

from sparring.words import mark, tr

REASONS = {
    errno.EPERM: mark("Operation not permitted"),
    errno.ENOENT: mark("No such file or directory"),
    errno.EIO: mark("Input/output error"),
    errno.EACCES: mark("Permission denied"),
    errno.EBUSY: mark("Device or resource busy"),
    errno.EEXIST: mark("File exists"),
    errno.ENOTDIR: mark("Not a directory"),
    errno.EISDIR: mark("Is a directory"),
    errno.EMFILE: mark("Too many open files"),
    errno.EFBIG: mark("File too large"),
    errno.ENOSPC: mark("No space left on device"),
    errno.EROFS: mark("Read-only file system"),
    errno.ENAMETOOLONG: mark("File name too long"),
    errno.ELOOP: mark("Too many levels of symbolic links"),
    errno.EDQUOT: mark("Disk quota exceeded"),
}
"""The errors that files meet, as Linux names them."""


def why(error: OSError) -> str:
    """The reason of an error: of the frequent ones in the language that is spoken, else in the system's own words."""
    if error.errno in REASONS:
        return tr(REASONS[error.errno])
    return error.strerror or str(error)
