"""Windows of event time: which there are, how events are counted in them, and what is answered of them."""
