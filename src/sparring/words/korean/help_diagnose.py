"""Of the help of ``sparring diagnose``; what it shares with other commands is with theirs."""

TEXTS = {
    "Find what is wrong with a run, and what to do about it.": "학습의 문제와 해결 방법을 찾습니다.",
    "Find what is wrong with a run, whether it is over or still training: how that is known, and what to do.": (
        "끝난 학습이나 진행 중인 학습에서 문제를 찾아, 근거와 할 일을 알려 줍니다."
    ),
    "Measure the newest checkpoint again, with more samples and a new classifier; this needs the pictures.": (
        "최신 체크포인트를 더 많은 샘플과 새 분류기로 다시 측정합니다. 이미지가 필요합니다."
    ),
}
