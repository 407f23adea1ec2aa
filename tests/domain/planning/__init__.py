"""The field model in numbers: what visits are worth, and where and by whom they are best made."""
