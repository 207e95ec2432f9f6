"""Of judges and referees: what the two-sample test has to say besides its numbers."""

TEXTS = {
    "Next: {command}": ("다음 명령: {command}"),
    "the verdict": ("판정"),
    "the two-sample test": ("두 표본 검정"),
    "second test: {result}": ("두 번째 검정: {result}"),
    "run.until asks whether samples can be told from real pictures; this recipe translates": (
        "run.until: 샘플을 실제 이미지와 구별할 수 있는지 검정하는 옵션인데, 이 레시피는 이미지를 변환합니다"
    ),
    "run.until needs at least {needed} held-out pictures for an answer, and there are {n}; set --run.held-out": (
        "run.until: 검증용 이미지가 {needed}장 이상 필요한데 {n}장뿐입니다. --run.held-out으로 늘리세요"
    ),
}
