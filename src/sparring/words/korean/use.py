"""Of the use of trained runs: models, translations, evaluation."""

TEXTS = {
    # runs and models
    "running": "학습 중",
    "interrupted": "중단됨",
    "done": "완료",
    "failed": "실패",
    "diverged": "발산",
    "unreadable": "읽을 수 없음",
    "{state}, step {step}, {n} images": "{state}, 스텝 {step}, 이미지 {n}장",
    "step {step:,}, {done}": "스텝 {step:,}, {done}",
    'run is {run!r}; it takes options by name, such as run={{"minutes": 5}}': (
        'run 값 {run!r}은(는) 쓸 수 없습니다. 옵션을 이름으로 지정하세요. 예: run={{"minutes": 5}}'
    ),
    "{name} is no setting of {recipe} but of the run: run={{{name!r}: {value!r}}}": (
        "{name}: 레시피 {recipe}의 설정이 아니라 실행의 옵션입니다. run={{{name!r}: {value!r}}}(으)로 지정하세요"
    ),
    "{n!r} pictures requested; the number must be from 1 to 1,000,000": (
        "이미지 수 {n!r}은(는) 쓸 수 없습니다. 1에서 1,000,000 사이여야 합니다"
    ),
    "{n} seeds given; a way needs at least 2": "시드가 {n}개입니다. 2개 이상이어야 합니다",
    "{frames} frames requested; the number must be from {least} to 10,000": (
        "프레임 수 {frames}은(는) 쓸 수 없습니다. {least}에서 10,000 사이여야 합니다"
    ),
    "a {game} does not translate pictures": "{game}: 이미지를 변환하는 모델이 아닙니다",
    "a {game} does not translate pictures; it draws from noise: sparring sample": (
        "{game}: 이미지를 변환하는 모델이 아닙니다. 노이즈에서 이미지를 생성합니다: sparring sample"
    ),
    "a {game} does not draw from noise": "{game}: 노이즈에서 이미지를 생성하는 모델이 아닙니다",
    "a {game} does not draw from noise; it translates pictures: sparring translate": (
        "{game}: 노이즈에서 이미지를 생성하는 모델이 아닙니다. 이미지를 변환합니다: sparring translate"
    ),
    "to is {to!r}; this model translates to {known}": (
        "to 값 {to!r}은(는) 쓸 수 없습니다. 이 모델이 변환해 갈 수 있는 도메인: {known}"
    ),
    "weights is {weights!r}; it is average or newest": (
        "weights 값 {weights!r}은(는) 쓸 수 없습니다. average 또는 newest여야 합니다"
    ),
    "{run} has no checkpoint of step {step}; it has {kept}": "{run}: 스텝 {step}의 체크포인트가 없습니다. 있는 것: {kept}",
    "none": "없음",
    "label is {label!r}, but this model is unconditional (train with --conditional)": (
        "label 값 {label!r}을(를) 지정했지만 조건부 모델이 아닙니다(--conditional로 학습하세요)"
    ),
    "label is {label!r}; give the number of a class, from 0 to {last}": (
        "label 값 {label!r}은(는) 쓸 수 없습니다. 0에서 {last} 사이의 클래스 번호를 지정하세요"
    ),
    "label is {label!r}; give the number of a class, from 0 to {last}, or its name: {known}": (
        "label 값 {label!r}은(는) 쓸 수 없습니다. 0에서 {last} 사이의 클래스 번호나 이름을 지정하세요: {known}"
    ),
    "there is no class {label!r}; give its number": "{label!r} 클래스가 없습니다. 번호로 지정하세요",
    "there is no class {label!r}; the classes are {known}": "{label!r} 클래스가 없습니다. 쓸 수 있는 클래스: {known}",
    "there is no class {label!r}; did you mean {near!r}? The classes are {known}": (
        "{label!r} 클래스가 없습니다. 혹시 {near!r}인가요? 쓸 수 있는 클래스: {known}"
    ),
    # translating pictures
    "the picture": "이미지",
    "{name} cannot be translated: {why}": "{name}: 변환할 수 없습니다. {why}",
    "a tensor of shape {shape} and {dtype}; it must be (N, C, H, W) floats in [-1, 1]": (
        "텐서의 형태 {shape}, 자료형 {dtype}은(는) 쓸 수 없습니다. 값이 [-1, 1]인 (N, C, H, W) 실수여야 합니다"
    ),
    "the tensor has {n} channels, and the translator takes {wanted}": (
        "텐서의 채널은 {n}개인데 생성자는 {wanted}개를 받습니다"
    ),
    "the tensor has values from {low:g} to {high:g}; it must be in [-1, 1]": (
        "텐서의 값이 {low:g}에서 {high:g}까지입니다. [-1, 1] 안에 있어야 합니다"
    ),
    "has {n} channels, and the translator takes {wanted}": "채널은 {n}개인데 생성자는 {wanted}개를 받습니다",
    "Pillow has no mode for {n} channels of {dtype}": "Pillow에는 {dtype} {n}채널에 맞는 모드가 없습니다",
    "Pillow has no mode for {n} channels of {dtype} and alpha": "Pillow에는 {dtype} {n}채널과 알파에 맞는 모드가 없습니다",
    "a file without a suffix": "확장자 없는 파일",
    "cannot be written as {kind}: {why}": "{kind} 형식으로 저장할 수 없습니다: {why}",
    "cannot be written: {why}": "저장할 수 없습니다: {why}",
    "an array of shape {shape}; one picture is (H, W) or (H, W, C)": (
        "배열의 형태가 {shape}입니다. 이미지 한 장은 (H, W) 또는 (H, W, C)여야 합니다"
    ),
    "an array of {dtype}; save it as uint8, uint16 or float32": (
        "배열의 자료형이 {dtype}입니다. uint8, uint16, float32 중 하나로 저장하세요"
    ),
    "whole numbers from {low} to {high}; 0 to 65535 are a picture's": (
        "정수의 범위가 {low}에서 {high}까지입니다. 이미지의 값은 0에서 65535까지입니다"
    ),
    "no format goes by this suffix": "이 확장자에 맞는 형식이 없습니다",
    "{n} channels of {dtype} need .tiff or .npy": "{dtype} {n}채널은 .tiff나 .npy로 저장해야 합니다",
    "a TIFF of many channels or of 16-bit colour needs: pip install 'sparring[tiff]'": (
        "채널이 많거나 16비트 컬러인 TIFF에는 추가 패키지가 필요합니다: pip install 'sparring[tiff]'"
    ),
    # pairs
    "pairs are two sources, one of each domain, or {embedded} alone; {n} given": (
        "pairs 값은 도메인마다 하나씩 데이터 두 개, 또는 {embedded} 하나여야 합니다. 지정한 것은 {n}개입니다"
    ),
    "{x} and {y}": "{x}, {y}",
    "emoji, test designs": "emoji, 테스트용 도안",
    "emoji, all other designs": "emoji, 나머지 도안 전체",
    "{source}: {files} cannot be read, so rows do not match; remove the pair": (
        "{source}: {files}을(를) 읽을 수 없어 짝이 맞지 않습니다. 그 쌍을 지우세요"
    ),
    (
        "{domain} of the pairs is {pairs} and {domain} of the run is {run} (height x width x channels); the channels must be "
        "the same"
    ): (
        "쌍의 도메인 {domain} 크기는 {pairs}, 실행의 도메인 {domain} 크기는 {run}입니다(높이 x 너비 x 채널). 채널 수가 같아야 "
        "합니다"
    ),
    "x of the pairs has {x:,} pictures and y {y:,}; row i of one belongs to row i of the other": (
        "쌍의 도메인 x는 이미지 {x:,}장, y는 {y:,}장입니다. i번째 이미지끼리 짝이어야 합니다"
    ),
    "x of the pairs is {x} and y {y} (height x width x channels); make them alike": (
        "쌍의 도메인 x 크기는 {x}, y 크기는 {y}입니다(높이 x 너비 x 채널). 크기를 같게 맞추세요"
    ),
    "there is 1 pair; at least 2 are needed to measure a style": "쌍이 1개뿐입니다. 화풍을 재려면 2개 이상이 필요합니다",
    "{name} in {here} has no partner in {there}; file names must match (extensions may differ)": (
        "{here}에 있는 {name}의 짝이 {there}에 없습니다. 파일 이름이 같아야 합니다(확장자는 달라도 됩니다)"
    ),
    "{name} is in {here} more than once, with different extensions; which is meant?": (
        "{here}에 {name}이(가) 확장자만 다르게 여러 개 있습니다. 하나만 남기세요"
    ),
    "a checkpoint alone does not say where its pictures are": "체크포인트만으로는 학습 이미지가 어디에 있는지 알 수 없습니다",
    "what is there now is not what the run was trained on": "지금 있는 데이터는 이 실행이 학습한 데이터와 다릅니다",
    # the supervised bound
    "bound-minutes is {minutes}; it must be above 0 and at most {longest:,.0f}": (
        "bound-minutes 값 {minutes}은(는) 쓸 수 없습니다. 0보다 크고 {longest:,.0f} 이하여야 합니다"
    ),
    "the supervised bound, step {step}: the squared error is not finite": (
        "지도학습 한계, 스텝 {step}: 제곱 오차가 유한하지 않습니다"
    ),
    "{file} is damaged; remove it, and the bound is trained again.": (
        "{file}: 손상되었습니다. 지우면 지도학습 한계를 다시 학습합니다."
    ),
    # evaluation
    "identity": "항등",
    "colour, moments": "색, 모멘트",
    "colour, Monge": "색, Monge",
    "colour, transport": "색, 최적 수송",
    "colour, linear, paired": "색, 선형, 정답 쌍",
    "this run": "이 실행",
    "supervised bound": "지도학습 한계",
    "the run's own unpaired training pictures": "이 실행의 짝 없는 학습 이미지",
    "the measured pairs, shuffled": "평가할 쌍을 섞은 것",
    "the known pairs, shuffled": "알려진 쌍을 섞은 것",
    "the translation is nearer to the truth than doing nothing: {own:.2f} dB against {nothing:.2f} dB": (
        "변환 결과가 아무것도 하지 않은 것보다 정답에 가깝습니다: {own:.2f} dB 대 {nothing:.2f} dB"
    ),
    "the translation is not nearer to the truth than doing nothing: {own:.2f} dB against {nothing:.2f} dB": (
        "변환 결과가 아무것도 하지 않은 것보다 정답에 가깝지 않습니다: {own:.2f} dB 대 {nothing:.2f} dB"
    ),
    (
        "the cycle is closed, but the translation is not nearer to the truth than doing nothing: {own:.2f} dB against "
        "{nothing:.2f} dB"
    ): (
        "순환은 닫혔지만 변환 결과가 아무것도 하지 않은 것보다 정답에 가깝지 않습니다: {own:.2f} dB 대 {nothing:.2f} dB"
    ),
    "a plain colour mapping does as well: {name} has {db:.2f} dB": (
        "단순한 색 변환도 이만큼 합니다: '{name}' {db:.2f} dB"
    ),
    "no supervised bound, no share of the gap and no paired colour map: they need other true pairs (--known X Y)": (
        "지도학습 한계, 격차에 대한 비율, 정답 쌍으로 맞춘 색 변환이 없습니다. 다른 정답 쌍이 필요합니다(--known X Y)"
    ),
    (
        "the domains differ in channels: doing nothing is no translation and colours cannot be moved, so there is no identity "
        "row, no unpaired colour map and no share of the gap"
    ): (
        "두 도메인의 채널 수가 다릅니다. 아무것도 하지 않으면 변환이 되지 않고 색을 옮길 수도 없으므로 항등 행, 짝 없이 맞춘 "
        "색 변환, 격차에 대한 비율이 없습니다"
    ),
    (
        "no share of the gap: the supervised bound ({bound:.2f} dB) is not nearer to the truth than doing nothing "
        "({nothing:.2f} dB); it needs more minutes (--bound-minutes) or more known pairs"
    ): (
        "격차에 대한 비율이 없습니다. 지도학습 한계({bound:.2f} dB)가 아무것도 하지 않은 것({nothing:.2f} dB)보다 정답에 "
        "가깝지 않습니다. 학습 시간(--bound-minutes)이나 알려진 쌍을 늘리세요"
    ),
    (
        "the supervised bound was trained too little to be one: this run has {own:.2f} dB and an error of {own_mae:.2%}, the "
        "bound {bound:.2f} dB and {bound_mae:.2%}; the shares are too large, give it more minutes (--bound-minutes)"
    ): (
        "지도학습 한계가 덜 학습되어 한계라고 할 수 없습니다. 이 실행은 {own:.2f} dB에 오차 {own_mae:.2%}, 지도학습 한계는 "
        "{bound:.2f} dB에 {bound_mae:.2%}입니다. 비율이 실제보다 크게 나왔으니 학습 시간(--bound-minutes)을 늘리세요"
    ),
    "no honesty probe: it needs both translators": "정직성 검사를 하지 않았습니다. 양방향의 생성자가 모두 필요합니다",
    "a translation has values that are not finite; was the run's training healthy?": (
        "변환 결과에 유한하지 않은 값이 있습니다. 학습이 발산하지 않았는지 확인하세요"
    ),
    "nothing is drawn in the pairs, every pixel is white paper; if that matters, use --paper none": (
        "쌍에 그려진 것이 없고 모든 픽셀이 흰 종이입니다. 흰색도 재려면 --paper none을 쓰세요"
    ),
    # the honesty probe
    "the translation hides a copy of the source": "변환 결과에 원본의 복사본이 숨어 있습니다",
    "no hidden copy of the source found": "숨겨진 원본의 흔적 없음",
    "faint noise is damped to {factor:.1f} of its size": "약한 노이즈는 {factor:.1f}배로 줄어듭니다",
    "faint noise is amplified to {factor:.1f} times its size": "약한 노이즈는 {factor:.1f}배로 커집니다",
    (
        "{verdict}: cycle error {clean:.2%} of the range, {rounded:.2%} after 8-bit rounding, {blurred:.2%} after a blur (a "
        "blur alone {alone:.2%}); {noise}"
    ): (
        "{verdict}: 순환 오차는 값 범위의 {clean:.2%}, 8비트로 반올림하면 {rounded:.2%}, 흐리게 하면 {blurred:.2%}(흐림만 "
        "적용하면 {alone:.2%}). {noise}"
    ),
}
