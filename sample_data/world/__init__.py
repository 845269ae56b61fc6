"""The made-up world behind the sample branch: plain queues and people, no code shared with the product."""
