"""`python -m benchmarks`: every benchmark at a size that ends within some minutes."""

from benchmarks import adding, expressions, retagging, serving, sources, tagging

if __name__ == "__main__":
    tagging.run(megabytes=10, sizes=(1_000, 10_000))
    adding.run(articles=10_000)
    expressions.run(articles=200_000)
    retagging.run(articles=10_000)
    serving.run(articles=10_000, requests=2_000)
    sources.run(feeds=200)
