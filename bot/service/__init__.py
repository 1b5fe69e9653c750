"""The use cases: each turns a wish of a person into transactions and generation."""
