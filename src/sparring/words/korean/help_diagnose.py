"""Of the help of ``sparring diagnose``; what it shares with other commands is with theirs."""

TEXTS = {
    "Find what is wrong with a run, and what to do about it.": "학습의 문제와 해결 방법을 찾습니다.",
    "Measure the newest checkpoint again, with more samples and a new classifier; this needs the pictures.": (
        "최신 체크포인트를 더 많은 샘플과 새 분류기로 다시 측정합니다. 이미지가 필요합니다."
    ),
}
