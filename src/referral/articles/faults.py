"""What is wrong with an article, and on which line of its file."""


class LineError(Exception):
    """One fault: `line` counts from 1 in the file, `sentence` says what is wrong in plain words."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(sentence)
        self.line = line
        self.sentence = sentence
