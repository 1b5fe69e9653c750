"""Fine-tuning: a base and files become a run, which is a model like any other."""
