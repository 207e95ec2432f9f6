"""Networks: plain modules without a base class, for pictures of any height, width and number of channels."""
