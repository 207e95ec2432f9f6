"""``python -m faults``."""

from faults.suite import main

if __name__ == "__main__":
    main()
