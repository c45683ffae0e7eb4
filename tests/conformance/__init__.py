"""What the field's readers, parsers and validators say to everything a running server publishes.

python -m tests.conformance
"""
