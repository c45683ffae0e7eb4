"""Floor 1: things come in. Every source yields cleaned articles, or an error for each failure."""
