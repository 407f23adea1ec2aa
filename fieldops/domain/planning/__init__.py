"""The field model in numbers: worth, chances of an answer, knowledge and fair shares; all pure."""
