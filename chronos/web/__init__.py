"""What a worker answers over HTTP. Views are thin: check, hand on, answer."""
