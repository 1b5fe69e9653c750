"""Pictures for messages: drawn in a process of their own, away from the event loop."""
