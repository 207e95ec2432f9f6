"""The engine: it knows players, optimizers and streams; not GANs, and not folders."""
