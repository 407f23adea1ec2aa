"""What forms of pages say of what was typed; their Chinese and their cures are with all others."""

from fieldops.domain.bilingual import Bilingual

NOT_WHOLE = "is not a whole number"
NOT_A_NUMBER = "is not a number"
MISSING = "is missing"
NOT_OFFERED = "is none of those offered"
CHOOSE_FILE = Bilingual("choose a file", "请选择文件")
NO_DAY = "is no day"
