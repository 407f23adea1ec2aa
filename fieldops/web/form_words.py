"""What forms of pages say of what was typed, where several of them say the same."""

from fieldops.domain.bilingual import Bilingual

NOT_WHOLE = Bilingual("is not a whole number", "不是整数")
WRITE_WHOLE = Bilingual("write 1, 2, 3 and so on", "请填写 1、2、3 等")
NOT_A_NUMBER = Bilingual("is not a number", "不是数字")
WRITE_NUMBER = Bilingual("write a number", "请填写数字")
MISSING = Bilingual("is missing", "未填写")
CHOOSE_FILE = Bilingual("choose a file", "请选择文件")
NOT_OFFERED = Bilingual("is none of those offered", "不在所列选项之内")
NO_DAY = Bilingual("is no day", "不是日期")
WRITE_DAY = Bilingual("write it as 2026-12-31", "请按 2026-12-31 填写")
