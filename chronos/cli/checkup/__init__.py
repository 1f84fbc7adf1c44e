"""The checks of `chronos doctor`: each looks at one part, and says what it found and what to do."""
