"""Of `sparring evaluate` of translations without true pairs."""

TEXTS = {
    "Of a run that translates, where the second domain is now; data is where the first one is.": (
        "변환 실행에서 둘째 도메인의 현재 위치. 첫째 도메인의 위치는 --data로 지정합니다."
    ),
    "{flag} is for runs that draw from noise; this run translates": (
        "{flag}은(는) 노이즈에서 생성하는 실행에만 쓸 수 있습니다. 이 실행은 이미지를 변환합니다"
    ),
    "--data-y is for runs that translate": "--data-y는 이미지를 변환하는 실행에만 쓸 수 있습니다",
    "a checkpoint alone does not say which images were held out: give the folder of its run": (
        "체크포인트만으로는 어느 것이 검증용 이미지인지 알 수 없습니다. 실행 폴더를 지정하세요"
    ),
    (
        "what is in {sources} now is not what {run} was trained on, so nobody knows which images were held out; say where its "
        "images are: --data X --data-y Y"
    ): (
        "현재 {sources}의 내용이 {run}의 학습 데이터와 달라서 어느 것이 검증용 이미지인지 알 수 없습니다. 데이터의 위치를 "
        "지정하세요: --data X --data-y Y"
    ),
    "only 1 image of {name} was held out; at least 2 are needed to measure a style": (
        "{name}의 검증용 이미지가 1장뿐입니다. 화풍을 측정하려면 2장 이상 필요합니다"
    ),
    "the images of both domains must have one size to be compared; this run's have two": (
        "비교하려면 두 도메인의 이미지 크기가 같아야 하는데 이 실행에서는 서로 다릅니다"
    ),
    "the domains differ in channels: doing nothing is no translation, so there is no identity row": (
        "두 도메인의 채널 수가 달라 원본을 그대로 두는 것은 변환이 아니므로 항등 변환 행이 없습니다"
    ),
    "the translations are nearer to {target} than doing nothing: kernel distance {own} against {nothing} of the untouched images": (
        "변환 결과가 변환하지 않은 원본보다 {target}에 더 가깝습니다. 커널 거리 {own}, 원본은 {nothing}"
    ),
    (
        "whether the translations are nearer to {target} than doing nothing is not clear from {n:,} images: kernel distance {own} "
        "against {nothing} of the untouched images"
    ): (
        "이미지 {n:,}장으로는 변환 결과가 변환하지 않은 원본보다 {target}에 더 가까운지 분명하지 않습니다. 커널 거리 {own}, 원본은 "
        "{nothing}"
    ),
    (
        "the translations are no nearer to {target} than doing nothing: kernel distance {own} against {nothing} of the untouched "
        "images"
    ): ("변환 결과가 변환하지 않은 원본보다 {target}에 더 가깝지 않습니다. 커널 거리 {own}, 원본은 {nothing}"),
    "light and dark are swapped: the colour correlation with the source is {r:.2f}": (
        "밝고 어두움이 뒤바뀌었습니다. 원본과의 색 상관 계수는 {r:.2f}입니다"
    ),
    (
        "without true pairs nobody knows whether a translation is right: these numbers say how near it is to the other domain "
        "and what becomes of the source. If you have true pairs: sparring evaluate {run} --pairs X Y"
    ): (
        "짝을 이루는 정답 이미지가 없으면 변환이 옳은지는 알 수 없습니다. 이 수치는 변환 결과가 다른 도메인에 얼마나 가까운지, "
        "원본이 어떻게 되는지만 말해 줍니다. 정답 쌍이 있으면: sparring evaluate {run} --pairs X Y"
    ),
    "{run}, step {step:,}, {weights} weights, on the held-out images: {x:,} of {x_name}, {y:,} of {y_name}": (
        "{run}, 스텝 {step:,}, {weights} 가중치, 검증용 이미지: {x_name} {x:,}장, {y_name} {y:,}장"
    ),
    "colour correlation": "색 상관 계수",
    "results of `sparring evaluate` of translations without true pairs": (
        "정답 쌍 없이 변환을 측정한 `sparring evaluate`의 결과"
    ),
    "measure translations without true pairs: style, colours, cycle": "정답 쌍 없이 변환 측정하기 (화풍, 색, 순환)",
}
