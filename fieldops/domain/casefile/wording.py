"""What a person reads for each reason: the message and the cure, in Chinese and in English.

Every table row is: message zh, message en, cure zh, cure en. Words in braces come from the reader.
"""

from typing import Final, NamedTuple

from fieldops.domain.identity import Unreadable


class Wording(NamedTuple):
    """One reason in words, in both languages."""

    zh: str
    en: str
    cure_zh: str
    cure_en: str


_TABLE: Final = """
id_damaged|证件号已被电子表格截断|A spreadsheet has destroyed the number's last digits|将该列设为文本格式并重新填写|Format the column as text and enter the number again
id_length|证件号有{length}位，应为18位或15位|{length} characters, 18 or 15 are needed|核对证件号|Check the number
id_letters|证件号含无效字符|Characters that no identity number has|核对证件号|Check the number
id_date|证件号中的出生日期{date}无效|{date} is no date of birth|核对证件号|Check the number
id_future|证件号中的出生日期{date}在未来|The date of birth {date} is in the future|核对证件号|Check the number
id_checksum|证件号校验码不符|The checksum does not hold|核对证件号，可能有一位录错|Check the number: a digit is probably wrong
id_county_unknown|证件号地区码{county}未知|The area code {county} is unknown|人工核对|Have a person look
id_upgraded|15位证件号已升为18位|Fifteen digits were upgraded to eighteen|人工核对|Have a person look
phone_short|电话号码过短|The telephone number is too short|填写完整号码|Give the whole number
phone_long|电话号码过长（{length}位）|The telephone number is too long ({length} digits)|多个号码请用“/”分隔|Separate several numbers by a slash
phone_area_missing|固定电话缺少区号|The landline lacks its area code|补上区号，如 028-85551234|Add the area code, as in 028-85551234
phone_impossible|不存在这样的电话号码|No telephone can have this number|核对号码|Check the number
phone_letters|电话栏含无法识别的文字|Words that are no telephone number|只填号码，说明写入备注|Give numbers only, put words into the remark
phone_damaged|电话号码已被电子表格改为科学计数|A spreadsheet has turned the number into scientific notation|将该列设为文本格式|Format the column as text
phone_many|电话号码超过{most}个|More than {most} telephones|减少号码|Give fewer
number_starred|号码有隐去部分，仅用于比对，不能拨打|A starred number: compared by, never called|如有完整号码请补充|Give the whole number if there is one
phone_several|有{count}个电话号码|{count} telephones|人工确认哪个在用|Have a person say which is in use
phone_series_unknown|手机号段未知|A mobile series that is not listed|人工核对|Have a person look
name_empty|姓名为空|The name is empty|填写姓名|Give the name
name_long|姓名有{length}个字符，最多{most}个|{length} characters, at most {most}|缩短姓名|Shorten the name
name_not_a_name|这不是姓名|This is not a name|检查各列是否错位|Check whether the columns have slipped
name_question_mark|姓名含问号，可能丢失生僻字|A question mark: a rare character may be lost|人工核对|Have a person look
name_private_character|姓名含自造字|A private-use character|人工核对|Have a person look
name_digits|姓名含数字|Digits in the name|人工核对|Have a person look
characters_lost|文字在转换编码时已损坏|Characters were lost in a wrong encoding|重新以 UTF-8 导出|Export again as UTF-8
characters_control|含控制字符|Control characters|删除不可见字符|Remove invisible characters
value_missing|缺少必填内容|A required value is missing|补填|Fill it in
text_long|内容有{length}个字符，最多{most}个|{length} characters, at most {most}|缩短内容|Shorten it
cell_error|单元格为错误值 {text}|The cell holds the error {text}|修正公式后以数值粘贴|Mend the formula and paste values
row_too_long|本行有{cells}个单元格，多于表头|{cells} cells, more than there are headings|含分隔符的内容须加引号|Quote what contains the delimiter
case_number_form|案件编号“{text}”格式不符|The case number “{text}” is malformed|设为文本格式，不含空格和引号|Format as text, no blanks or quotation marks
duplicate|编号与第{line}行重复|The number stands already on line {line}|保留一行，或改正编号|Keep one of the lines, or mend the number
address_without_number|地址没有门牌号|The address has no number|人工补充|Have a person complete it
number_in_words|“{text}”是文字，不是数字|“{text}” is a number in words|改用阿拉伯数字，如 12000.00|Write digits, as in 12000.00
number_grouping|“{text}”的逗号位置有歧义|The commas in “{text}” are ambiguous|去掉千位分隔符|Leave the separators out
number_unreadable|“{text}”不是数字|“{text}” is not a number|只填数字|Give digits only
number_form|“{text}”不是可接受的数字写法|“{text}” is not a form of number that is taken|写成普通小数|Write a plain decimal
number_not_whole|“{text}”不是整数|“{text}” is not a whole number|填写整数|Give a whole number
number_negative|“{text}”为负数|“{text}” is negative|填写零或正数|Give nought or more
number_range|“{text}”不在{low}至{high}之间|“{text}” is not between {low} and {high}|改为范围内的数|Give a number in that range
money_negative|金额“{text}”为负数|The amount “{text}” is negative|填写零或正数|Give nought or more
money_huge|金额“{text}”过大|The amount “{text}” is too large|核对金额和单位|Check amount and unit
money_precision|金额“{text}”超过两位小数|The amount “{text}” has more than two decimals|保留两位小数|Round to two decimals
currency_unknown|币种“{text}”无法识别|The currency “{text}” is unknown|填写 CNY 等代码|Give a code such as CNY
currency_conflict|金额标为{mark}，币种栏为{currency}|The amount is marked {mark}, the column says {currency}|统一币种|Make them agree
date_ambiguous|日期“{text}”的日月顺序不明|Day and month of “{text}” can be confused|写成 2027-03-31|Write 2027-03-31
date_unreadable|“{text}”不是日期|“{text}” is not a date|写成 2027-03-31|Write 2027-03-31
date_impossible|日期“{text}”不存在|There is no date “{text}”|核对日期|Check the date
time_unreadable|“{text}”不是时间|“{text}” is not a time|写成 08:30|Write 08:30
time_impossible|时间“{text}”不存在|There is no time “{text}”|写成 00:00 至 23:59|Write 00:00 to 23:59
datum_unknown|坐标系“{text}”无法识别|The datum “{text}” is unknown|填写 WGS84、GCJ02 或 BD09|Give WGS84, GCJ02 or BD09
datum_missing|有坐标但没有坐标系|Coordinates without a datum|填写坐标系，或清空坐标|Give the datum, or blank the coordinates
datum_outside_china|{datum} 只用于中国，坐标却在境外|{datum} is used in China only, the place is elsewhere|核对坐标系|Check the datum
coordinate_incomplete|经纬度只有一个|One of the two coordinates is missing|补全或都清空|Give both or neither
coordinate_range|坐标 {value} 超出范围|The coordinate {value} is out of range|核对；经度±180，纬度±90|Check it: longitude within 180, latitude within 90
coordinate_swapped|经纬度颠倒：经度栏为{lon}，纬度栏为{lat}|Longitude and latitude are swapped: {lon} and {lat}|对调经度与纬度|Exchange longitude and latitude
coordinate_zero|坐标为 0,0|The coordinates are 0, 0|不知道时请留空|Leave them blank where unknown
role_unknown|关系“{text}”无法识别|The role “{text}” is unknown|填写本人、担保人、配偶、共同借款人、亲属或联系人|Give debtor, guarantor, spouse, co-borrower, relative or contact
role_missing|缺少与债务人的关系|The role is missing|填写关系，或在映射中给出默认值|Fill it in, or give the mapping a default
skills_many|技能过多或过长（最多{most}项）|Too many or too long skills (at most {most})|用分号分隔并精简|Separate by semicolons and shorten
code_form|工号“{text}”格式不符|The code “{text}” is malformed|不含空格、逗号和引号|No blanks, commas or quotation marks
partner_self|搭档是本人|The partner is the agent himself|填写另一人工号|Give another agent's code
partner_unknown|搭档工号{code}不在文件中|The partner {code} is not in the file|核对工号|Check the code
partner_not_mutual|搭档{code}所填搭档不是此人|The partner {code} names somebody else|核对双方工号|Check both codes
shift_order|班次结束不晚于开始|The shift ends no later than it begins|核对班次时间|Check the times
break_without_start|有午休分钟但没有开始时间|A break without a beginning|补填午休开始|Give the beginning
break_outside_shift|午休不在班次之内|The break does not begin within the shift|人工核对|Have a person look
start_missing|没有出发坐标|No starting place|补填出发经纬度|Give the starting coordinates
heading_unknown|表头“{text}”无法识别，已忽略|The heading “{text}” is not understood and was ignored|需要时在映射中指定|Map it where it is needed
taken|已接收|Taken||
unchanged|与上次导入相同|Unchanged since the last import||
updated|已更新|Updated||
"""  # noqa: E501  # One reason to a line: a table is read by its rows.

WORDINGS: Final = {
    reason: Wording(*words)
    for reason, *words in (line.split("|") for line in _TABLE.strip().splitlines())
}


def worded(problem: Unreadable) -> Wording:
    """Put a problem into words; its own short words are filled in. Every reason has its row."""
    given = dict(problem.given)
    filled = Wording(*(text.format_map(given) for text in WORDINGS[problem.reason]))
    place = given.get("place")
    if place is None or place == "1":
        return filled
    return filled._replace(zh=f"第{place}个：{filled.zh}", en=f"Number {place}: {filled.en}")
