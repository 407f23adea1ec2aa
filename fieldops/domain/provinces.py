"""The provinces of China as jurisdictions: from an administrative code to the ISO 3166-2 code."""

HOME = "CN"

_LETTERS = {
    "11": "BJ",
    "12": "TJ",
    "13": "HE",
    "14": "SX",
    "15": "NM",
    "21": "LN",
    "22": "JL",
    "23": "HL",
    "31": "SH",
    "32": "JS",
    "33": "ZJ",
    "34": "AH",
    "35": "FJ",
    "36": "JX",
    "37": "SD",
    "41": "HA",
    "42": "HB",
    "43": "HN",
    "44": "GD",
    "45": "GX",
    "46": "HI",
    "50": "CQ",
    "51": "SC",
    "52": "GZ",
    "53": "YN",
    "54": "XZ",
    "61": "SN",
    "62": "GS",
    "63": "QH",
    "64": "NX",
    "65": "XJ",
}


def jurisdictions_of(area_code: str | None) -> tuple[str, ...]:
    """("CN", "CN-SC") for a code of GB/T 2260 such as "510104"; () when it says no province.

    Hong Kong, Macao and Taiwan are jurisdictions of their own and are not named here: a contact
    there falls under what the organisation says of itself.
    """
    letters = _LETTERS.get((area_code or "")[:2])
    return (HOME, f"{HOME}-{letters}") if letters else ()
