"""Of the command line: what commands say, and what is refused."""

TEXTS = {
    # the words themselves
    "stopped": "중단했습니다",
    "memory ran out; use smaller pictures (--size), a smaller batch (--batch-size) or smaller networks": (
        "메모리가 부족합니다. 더 작은 이미지(--size), 더 작은 배치(--batch-size), 더 작은 네트워크를 쓰세요"
    ),
    "unknown command {word!r}. Available commands: {commands}": "{word!r} 명령이 없습니다. 쓸 수 있는 명령: {commands}",
    "unknown command {word!r}; did you mean {near!r}? Available commands: {commands}": (
        "{word!r} 명령이 없습니다. 혹시 {near!r}인가요? 쓸 수 있는 명령: {commands}"
    ),
    "unknown option: {flag}": "{flag}: 알 수 없는 옵션입니다",
    "unknown option: {flag}; did you mean {near}?": "{flag}: 알 수 없는 옵션입니다. 혹시 {near}인가요?",
    "too many words: {words}": "남는 인자가 있습니다: {words}",
    "{flag} needs a value": "{flag} 뒤에 값이 필요합니다",
    "{name} is missing": "{name} 인자가 빠졌습니다",
    "{flag} is given more than once": "{flag} 옵션을 두 번 이상 썼습니다",
    "{word!r} follows a flag, so it needs its own: {flag}": "{word!r} 앞에도 옵션 이름이 필요합니다: {flag}",
    "{flag} is {value!r}. Choose from: {words}": "{flag} 값 {value!r}은(는) 쓸 수 없습니다. 다음 중에서 고르세요: {words}",
    "{flag} is {value!r}; did you mean {near!r}? Choose from: {words}": (
        "{flag} 값 {value!r}은(는) 쓸 수 없습니다. 혹시 {near!r}인가요? 다음 중에서 고르세요: {words}"
    ),
    "{flag} is {value!r}; it must be a whole number": "{flag} 값 {value!r}은(는) 쓸 수 없습니다. 정수여야 합니다",
    "{flag} is {value!r}; it must be a number": "{flag} 값 {value!r}은(는) 쓸 수 없습니다. 수여야 합니다",
    "{flag} is {value!r}; it must be true or false": "{flag} 값 {value!r}은(는) 쓸 수 없습니다. true 또는 false여야 합니다",
    "{flag} is {value!r}; it must be {kind}": "{flag} 값 {value!r}은(는) 쓸 수 없습니다. {kind} 형식이어야 합니다",
    # train and resume
    "the recipe comes first, before all flags: sparring train {recipe} ...": (
        "레시피는 모든 옵션보다 앞에 씁니다: sparring train {recipe} ..."
    ),
    "{config} is of recipe {recipe}: sparring train {recipe} --config ...": (
        "{config}: 레시피 {recipe}의 설정입니다. 이렇게 실행하세요: sparring train {recipe} --config ..."
    ),
    "Run folder:": "실행 폴더:",
    "Summary picture:": "요약 이미지:",
    "Samples:": "샘플:",
    "Draw more:": "더 생성하기:",
    "Translate:": "변환하기:",
    "{path} could not be opened: {why}": "{path}: 열 수 없습니다. {why}",
    "it was not drawn": "그려지지 않았습니다",
    "this system has no screen": "화면이 없는 시스템입니다",
    "{program} failed with exit code {code}": "{program} 종료 코드 {code}",
    # a dry run
    "{source}: {training:,} pictures of {height} x {width} x {channels}, {held_out:,} held out": (
        "{source}: {height} x {width} x {channels} 이미지 {training:,}장, 검증용 {held_out:,}장"
    ),
    "parameters": "매개변수",
    "memory": "메모리",
    "why": "이유",
    "to the end": "남은 시간",
    "until indistinguishable": "구별할 수 없을 때까지",
    "{rate} images per second": "초당 이미지 {rate}장",
    "about {total} at the peak ({parts})": "최대 약 {total} ({parts})",
    "{size} for Python and the pictures": "파이썬과 이미지 {size}",
    "{size} for networks and optimizers": "네트워크와 옵티마이저 {size}",
    "{size} for a batch": "배치 {size}",
    "{size} to write a checkpoint": "체크포인트 저장 {size}",
    "unknown: it cannot be estimated for this game": "알 수 없음: 이 게임의 메모리는 추정할 수 없습니다",
    # list and info
    "There are no runs in {out}. `sparring train` makes one.": (
        "{out}: 이 폴더에 실행이 없습니다. `sparring train`으로 시작하세요."
    ),
    "time": "시간",
    "held out": "검증용 이미지",
    "D right {share:.0%}": "D 정답률 {share:.0%}",
    "picture": "이미지 파일",
    "recipe file": "레시피 파일",
    "as it was": "그대로입니다",
    "not what the run was made with": "이 실행을 학습한 파일과 다릅니다",
    "settings": "설정",
    "how": "실행 방법",
    "newest checkpoint": "최신 체크포인트",
    "damaged checkpoints": "손상된 체크포인트",
    "newest metrics": "최신 지표",
    "checkpoint": "체크포인트",
    "numbers": "매개변수 수",
    "weights": "가중치",
    "{picture} has no sparring metadata; was it drawn by sparring?": (
        "{picture}: sparring의 메타데이터가 없습니다. sparring이 그린 이미지인가요?"
    ),
    # files that are written
    "--out is {out!r}, and a {kind} would be written; give a name that ends in {suffix}": (
        "--out 값 {out!r}은(는) 쓸 수 없습니다. {kind} 파일을 저장하므로 {suffix}(으)로 끝나는 이름을 지정하세요"
    ),
    "--out is {out!r}, which is there already; give another name": (
        "--out 값 {out!r}은(는) 이미 있습니다. 다른 이름을 지정하세요"
    ),
    "--out is {out!r}, but there is no folder {folder}": "--out 값 {out!r}은(는) 쓸 수 없습니다. 폴더 {folder}이(가) 없습니다",
    "--out is {out!r}, and single {suffix} files would be written; give a folder": (
        "--out 값 {out!r}은(는) 쓸 수 없습니다. {suffix} 파일을 하나씩 저장하므로 폴더를 지정하세요"
    ),
    "--out is {out!r}, which is a file; give a folder": "--out 값 {out!r}은(는) 파일입니다. 폴더를 지정하세요",
    "--out is {out!r}, which holds {suffix} files already; give another folder": (
        "--out 값 {out!r}에는 이미 {suffix} 파일이 있습니다. 다른 폴더를 지정하세요"
    ),
    # sample
    "{n:,} pictures": "이미지 {n:,}장",
    "{n} in the values of the data": "{n}, 데이터와 같은 값으로 저장",
    "--interpolate is {text!r}; give two or more seeds and the number of frames, such as 1:2:60 or 1:2:3:60": (
        "--interpolate 값 {text!r}은(는) 쓸 수 없습니다. 시드 두 개 이상과 프레임 수를 지정하세요. 예: 1:2:60, 1:2:3:60"
    ),
    # translate
    "translating": "변환 중",
    "translated: {n:,} pictures in {out}": "변환 완료: {out} 폴더에 이미지 {n:,}장",
    "each -cycle.png shows the picture, its translation, and that translated back": (
        "각 -cycle.png: 왼쪽부터 원본, 변환 결과, 되돌린 결과"
    ),
    (
        "strokes have the size that the model learned: it was trained on {learned} px pictures, and the largest of these is "
        "{largest} px"
    ): "획의 굵기는 모델이 학습한 크기를 따릅니다. 학습한 이미지는 {learned}픽셀, 변환한 이미지는 최대 {largest}픽셀입니다",
    "skipped {place}: {why}": "건너뜀 {place}: {why}",
    "There are no pictures in {places}.": "{places}: 이미지가 없습니다.",
    "{failed:,} of {total:,} could not be translated; the reasons are above.": (
        "{total:,}개 중 {failed:,}개를 변환하지 못했습니다. 이유는 위에 있습니다."
    ),
    "--cycle needs a translator back, and this model has none to {domain!r}; leave it out": (
        "--cycle에는 되돌리는 생성자가 필요한데, 이 모델에는 도메인 {domain!r}(으)로 가는 생성자가 없습니다. --cycle을 빼세요"
    ),
    "needs more memory than there is; give a smaller --size": "메모리가 부족합니다. --size를 더 작게 지정하세요",
    "not a regular file": "일반 파일이 아닙니다",
    "{error}; or keep, which leaves the pictures as they are{hint}": (
        "{error}. 크기를 바꾸지 않으려면 keep을 지정하세요{hint}"
    ),
    "{path} is one of the pictures and would be overwritten; give another folder: --out": (
        "{path}: 변환할 이미지를 덮어쓰게 됩니다. 다른 폴더를 지정하세요: --out"
    ),
    "{path} is there already and would be overwritten; give another folder: --out": (
        "{path}: 이미 있는 파일을 덮어쓰게 됩니다. 다른 폴더를 지정하세요: --out"
    ),
    (
        "{path} would be written twice, the second time for {source}; translate the pictures one after the other, each with an "
        "--out of its own"
    ): ("{path}: 같은 파일을 두 번 쓰게 됩니다(두 번째는 {source}). 이미지를 하나씩, 저마다 다른 --out으로 변환하세요"),
    # evaluate
    "average": "평균",
    "newest": "최신",
    "{run}, step {step:,}, {weights} weights, on {count:,} true pairs ({name})": (
        "{run}, 스텝 {step:,}, {weights} 가중치, 정답 쌍 {count:,}개 ({name})"
    ),
    "bound: {minutes:g} minutes each direction on {count:,} known pairs": (
        "지도학습 한계: 알려진 정답 쌍 {count:,}개로 방향마다 {minutes:g}분"
    ),
    "bound: {minutes:g} minutes each direction on {count:,} known pairs, kept from before": (
        "지도학습 한계: 알려진 정답 쌍 {count:,}개로 방향마다 {minutes:g}분, 보관된 결과"
    ),
    "training the supervised bound: {minutes:g} minutes each direction": "지도학습 한계를 학습합니다: 방향마다 {minutes:g}분",
    "{x} to {y}": "{x} → {y}",
    "PSNR drawn": "PSNR 그린 부분",
    "PSNR": "PSNR",
    "SSIM drawn": "SSIM 그린 부분",
    "SSIM": "SSIM",
    "MAE": "MAE",
    "share": "비율",
    "{error:.2%} at {level:.1%}": "노이즈 {level:.1%}에서 {error:.2%}",
    "cycle error by noise on the translation, shares of the range: {points}": (
        "변환 결과에 더한 노이즈에 따른 순환 오차, 값 범위에 대한 비율: {points}"
    ),
    "colour maps were fitted to {what}": "색 변환을 맞춘 데이터: {what}",
    "colour maps were fitted to {what}: {why}": "색 변환을 맞춘 데이터: {what}. 이유: {why}",
    "pairs were matched by their order alone, there are no names to compare": (
        "비교할 이름이 없어서 순서만으로 짝을 지었습니다"
    ),
    "{seen} of {n} measured pictures of {domain} are in the run's training pictures": (
        "평가한 도메인 {domain} 이미지 {n}장 중 {seen}장이 이 실행의 학습 이미지에 있습니다"
    ),
    "{seen} of {n} measured pairs are among the known pairs, so the bound has seen them": (
        "평가한 쌍 {n}개 중 {seen}개가 알려진 쌍에도 있어서, 지도학습 한계가 이미 본 쌍입니다"
    ),
}
