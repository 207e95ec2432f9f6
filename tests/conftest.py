"""One thread a worker: the networks of the tests are small, and two workers with two threads each fight for two cores. English."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("MKL_NUM_THREADS", "1")
os.environ["SPARRING_LANGUAGE"] = "en"  # whatever the machine speaks, tests quote English
