"""What a browser or program says of itself, in a few words that its owner knows again."""

# Each names itself beside those whose pages it wants to be given: the rarer one stands first.
_PROGRAMS = {
    "MicroMessenger": "WeChat",
    "Edg": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "HuaweiBrowser": "Huawei Browser",
    "MiuiBrowser": "Mi Browser",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
_SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}
_LONGEST = 60


def device_words(user_agent: str) -> str:
    """Program and system, such as `Chrome · Android`; nothing where neither is told."""
    program = next((name for sign, name in _PROGRAMS.items() if f"{sign}/" in user_agent), "")
    system = next((name for sign, name in _SYSTEMS.items() if sign in user_agent), "")
    if not program and "Mozilla" not in user_agent:
        # A program of somebody's own: by its first word, up to the version.
        program = user_agent.split("/")[0].split(" ")[0][:_LONGEST]
    found = [one for one in (program, system) if one.isprintable() and one]
    return " · ".join(found)
