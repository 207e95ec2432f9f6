"""Korean particles that follow the sound of the word before them; after Latin letters, which may be read either way, ``이(가)``."""

import re

PAIRS = {"은(는)": ("은", "는"), "이(가)": ("이", "가"), "을(를)": ("을", "를"), "과(와)": ("과", "와"), "(으)로": ("으로", "로"),
         "(이)": ("이", "")}  # fmt: skip
"""As they are written in a translation: after a final consonant, and after a vowel."""
MARKED = re.compile("|".join(map(re.escape, PAIRS)))
CLOSING = "'\"”’)]}`"
"""What may stand between a word and its particle."""
DIGITS = {"0": "ㅇ", "1": "ㄹ", "2": "", "3": "ㅁ", "4": "", "5": "", "6": "ㄱ", "7": "ㄹ", "8": "ㄹ", "9": ""}
"""The final consonant of a digit's name: 영, 일, 이, 삼, 사, 오, 육, 칠, 팔, 구."""
FIRST, LAST, FINALS, RIEUL = 0xAC00, 0xD7A3, 28, 8


def joined(text: str) -> str:
    """The text with every marked particle as the word before it wants; after a word that ends in a Latin letter it stays open."""

    def chosen(found: re.Match[str]) -> str:
        after, vowel = PAIRS[found[0]]
        final = _final(text[: found.start()])
        if final is None:
            return found[0]
        return vowel if final == "" or (found[0] == "(으)로" and final == "ㄹ") else after

    return MARKED.sub(chosen, text)


def _final(before: str) -> str | None:
    """The final consonant of the last word, "" for none; ``ㅇ`` stands for any but ``ㄹ``; None if it cannot be told."""
    letter = before.rstrip(CLOSING)[-1:]
    if letter in DIGITS:
        return DIGITS[letter]
    if letter == "%":  # 퍼센트
        return ""
    if not letter or not FIRST <= ord(letter) <= LAST:
        return None
    final = (ord(letter) - FIRST) % FINALS
    return "" if final == 0 else "ㄹ" if final == RIEUL else "ㅇ"
