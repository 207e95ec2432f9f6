"""Of the doctor: what it finds, how it knows, and how a run stands."""

TEXTS = {
    "Training diverged: {why}. What led to it happened before this step.": (
        "학습이 발산했습니다: {why}. 원인은 이 스텝보다 앞에 있습니다."
    ),
    "moves that were not finite": "유한하지 않은 업데이트 수",
    "Samples and pictures have different ranges: 98 % of the samples' values are in {low} to {high}, of the pictures' in "
    "{real_low} to {real_high}. D sees that before anything else.": (
        "샘플과 이미지의 값 범위가 다릅니다: 값의 98 %가 샘플은 {low} ~ {high}, 이미지는 {real_low} ~ {real_high}에 있습니다. "
        "D는 다른 무엇보다 이 차이를 먼저 알아봅니다."
    ),
    "distance of the ends of both ranges, of 2": "두 범위의 끝값 차이(전체 범위 2)",
    "98 % of the pictures' values are in {real_low} to {real_high}, and the networks' range is -1 to 1: the pictures "
    "were probably given in another range than they are said to have.": (
        "이미지 값의 98 %가 {real_low} ~ {real_high}에 있는데 신경망의 범위는 -1 ~ 1입니다. 이미지의 실제 값 범위가 지정된 범위와 "
        "다른 것 같습니다."
    ),
    "range of the pictures' values, of 2": "이미지 값의 범위(전체 범위 2)",
    "The labels say nothing about the pictures: a classifier that learnt from training pictures is right on held-out "
    "ones as often as chance. G cannot learn what a label means.": (
        "레이블이 이미지와 무관합니다: 학습 이미지로 학습한 분류기의 검증용 이미지 정확도가 무작위 수준입니다. "
        "G는 레이블의 뜻을 배울 수 없습니다."
    ),
    "a linear classifier's accuracy on held-out pictures, 0 is chance": "선형 분류기의 검증용 이미지 정확도(0은 무작위 수준)",
    "Collapsed: the samples are nearly all alike; their diversity is {value} of that of real pictures.": (
        "모드 붕괴: 샘플이 거의 모두 비슷합니다. 샘플의 다양성은 실제 이미지의 {value}입니다."
    ),
    "D is too strong: {state}; it is so sure of itself that G learns little from it.": (
        "D가 지나치게 강합니다: {state}. D의 확신이 너무 커서 G가 배울 것이 거의 없습니다."
    ),
    "accuracy of D on held-out pictures and fakes": "검증용 이미지와 생성 이미지에 대한 D의 정확도",
    "G's gradient has vanished: its norm is {value} of what it was. D says the same whatever G draws.": (
        "G의 그래디언트가 소실되었습니다: 노름이 이전의 {value}배로 줄었습니다. G가 무엇을 그려도 D의 답이 같습니다."
    ),
    "norm of G's gradient, of the largest that it had in three rows": "세 행에서 보인 최댓값 대비 G의 그래디언트 노름",
    "D can only guess, but the samples differ from real pictures: {fresh}. D is too weak, G is not done.": (
        "D는 찍는 수준이지만 샘플은 실제 이미지와 다릅니다: {fresh}. D가 너무 약하고, G는 더 학습해야 합니다."
    ),
    "lower end of the interval of a fresh classifier's accuracy": "새 분류기 정확도의 신뢰 구간 하한",
    "G ignores the labels: what it draws has little to do with the class it is asked for.": (
        "G가 레이블을 무시합니다: 샘플이 지정한 클래스와 거의 관계가 없습니다."
    ),
    "how far the label decides what is drawn": ("샘플이 레이블을 따르는 정도"),
    "The translation inverts the colours: what is bright in the input is dark in the output.": (
        "변환이 색을 반전시킵니다: 입력에서 밝은 부분이 출력에서 어둡습니다."
    ),
    "correlation of input and output values": "입력값과 출력값의 상관 계수",
    "The way there and back is closed (error {error}), but the translations are as far from the other domain as before "
    "({value} of the way is left). A small cycle error says nothing about a right translation.": (
        "순환 오차는 {error}(으)로 작지만, 변환 결과는 여전히 상대 도메인에서 멉니다(거리의 {value}가 남음). "
        "순환 오차가 작다고 해서 변환이 옳은 것은 아닙니다."
    ),
    "kernel distance to the other domain, of that of doing nothing": "변환하지 않았을 때 대비 상대 도메인까지의 커널 거리",
    "The samples lack kinds of pictures: only {value} of the clusters of real pictures have their share of samples.": (
        "샘플에 빠진 종류가 있습니다: 실제 이미지 군집 가운데 {value}만 샘플에서 제 몫을 차지합니다."
    ),
    "clusters of real pictures that hold a fifth of their share of the samples": (
        "샘플이 제 몫의 5분의 1 이상인 실제 이미지 군집의 비율"
    ),
    "The samples are copies: they are much nearer to training pictures than new pictures of the same kind are ({value} "
    "of the distance).": "샘플이 학습 이미지를 베낍니다: 같은 종류의 새 이미지보다 학습 이미지에 훨씬 가깝습니다(거리의 {value}).",
    "distance to the nearest training picture, of that of held-out pictures": (
        "검증용 이미지 대비 가장 가까운 학습 이미지까지의 거리"
    ),
    "D overfits: its answer to held-out pictures is {value} of the way from training pictures to fakes. It knows the "
    "training pictures by heart, and teaches G only those.": (
        "D가 과적합되었습니다: 검증용 이미지에 대한 답이 학습 이미지와 생성 이미지 사이의 {value} 지점에 있습니다. "
        "D는 학습 이미지를 외웠고, G에게 그 이미지만 가르칩니다."
    ),
    "held-out pictures between training pictures (0) and fakes (100 %), as D answers": (
        "D의 답에서 검증용 이미지의 위치(0은 학습 이미지, 100 %는 생성 이미지)"
    ),
    "G swings to and fro: from one look to the next {value} of its samples change their kind, and they come back. The "
    "game circles instead of settling.": (
        "G가 진동합니다: 측정할 때마다 샘플의 {value}가 다른 종류로 바뀌었다가 되돌아옵니다. 게임이 수렴하지 않고 맴돕니다."
    ),
    "samples that change their cluster from look to look": "측정 사이에 군집이 바뀌는 샘플의 비율",
    "{pictures:,} pictures are few for {passes:,} passes over them: G can learn them by heart, and D can before.": (
        "이미지 {pictures:,}장은 {passes:,}에폭을 학습하기에 적습니다: G가 이미지를 외울 수 있고, D는 그보다 먼저 외웁니다."
    ),
    "passes over the training pictures in the whole run": "전체 학습의 에폭 수",
    "{n} looks": "측정 {n}회",
    "{signal}: {value}; threshold {threshold}, {looks}": "{signal}: {value}, 기준 {threshold}, {looks}",
    "kernel distance": "커널 거리",
    "cycle error": "순환 오차",
    "{measure} no longer falls": "{measure}이(가) 더 줄어들지 않습니다",
    "{measure} still falling {rate} per {unit:,} images": "{measure}이(가) 이미지 {unit:,}장당 {rate}씩 줄고 있습니다",
    "{measure} still falling {rate} per {unit:,} images; about {time} of training to where it flattens": (
        "{measure}이(가) 이미지 {unit:,}장당 {rate}씩 줄고 있고, 약 {time} 더 학습하면 평탄해집니다"
    ),
    "Too early to tell: {state}.": "아직 판단하기 이릅니다: {state}.",
    "The samples are still nearly all alike, but less so than before: diversity {share} of that of real pictures.": (
        "샘플이 아직 거의 모두 비슷하지만 전보다는 나아졌습니다: 샘플의 다양성은 실제 이미지의 {share}."
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
    "{name} was not looked at yet; wait until it has drawn its first samples": (
        "{name}: 아직 측정된 것이 없습니다. 첫 샘플이 그려질 때까지 기다리세요"
    ),
    "{run}, step {step}, {looks}": "{run}, 스텝 {step}, {looks}",
    "FAILURE": "실패",
    "WARNING": "경고",
    "NOTICE": "주의",
    "Read: {page}": "참고: {page}",
    "Healthy; {trend}.": "정상: {trend}.",
}
