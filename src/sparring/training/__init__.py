"""The machinery: knows players, not GANs."""
