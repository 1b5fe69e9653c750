"""The model: token ids in, token ids out; knows nothing about people but whose turn it is."""
