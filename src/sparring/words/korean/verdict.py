"""Of verdicts: how a run stands, and what the two-sample test has to say besides its numbers."""

TEXTS = {
    "Too early to tell: {state}.": "아직 판단하기 이릅니다: {state}.",
    "Collapsed: the samples are nearly all alike; their diversity is {share} of that of real pictures.": (
        "모드 붕괴: 샘플이 거의 모두 비슷합니다. 샘플의 다양성은 실제 이미지의 {share}입니다."
    ),
    "The samples are still nearly all alike, but less so than before: diversity {share} of that of real pictures.": (
        "샘플이 아직 거의 모두 비슷하지만 전보다는 나아졌습니다: 샘플의 다양성은 실제 이미지의 {share}."
    ),
    "D is too strong: {state}; it is so sure of itself that G learns little from it.": (
        "D가 지나치게 강합니다: {state}. D의 확신이 너무 커서 G가 배울 것이 거의 없습니다."
    ),
    "D can only guess, but the samples differ from real pictures: {fresh}. D is too weak, G is not done.": (
        "D는 찍는 수준이지만 샘플은 실제 이미지와 다릅니다: {fresh}. D가 너무 약하고, G는 더 학습해야 합니다."
    ),
    "Nothing left to gain: {fresh}.": "더 얻을 것이 없습니다: {fresh}.",
    "Still improving: {state}.": "계속 나아지고 있습니다: {state}.",
    "No trouble, and no progress in what is measured lately: {state}. Look at the samples.": (
        "문제는 없지만 최근 측정값이 나아지지 않습니다: {state}. 샘플을 직접 확인하세요."
    ),
    "D is right on {share} of held-out pictures and fakes": "D가 검증용 이미지와 생성 이미지의 {share}를 맞힘",
    "diversity {share} of that of real pictures": "샘플의 다양성은 실제 이미지의 {share}",
    "error {value}": "오차 {value}",
    "; ": ", ",
    "{n:,} images seen": "이미지 {n:,}장 학습",
    "a fresh classifier is right on {share} of {n:,}": "새 분류기가 {n:,}장의 {share}를 맞힘",
    "Next: {command}": "다음 명령: {command}",
    "the verdict": "판정",
    "the two-sample test": "두 표본 검정",
    "second test: {result}": "두 번째 검정: {result}",
    "run.until asks whether samples can be told from real pictures; this recipe translates": (
        "run.until: 샘플을 실제 이미지와 구별할 수 있는지 검정하는 옵션인데, 이 레시피는 이미지를 변환합니다"
    ),
    "run.until needs at least {needed} held-out pictures for an answer, and there are {n}; set --run.held-out": (
        "run.until: 검증용 이미지가 {needed}장 이상 필요한데 {n}장뿐입니다. --run.held-out으로 늘리세요"
    ),
}
