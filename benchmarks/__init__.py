"""Speed, measured beside peers in one run: medians and ratios, never absolute promises."""
