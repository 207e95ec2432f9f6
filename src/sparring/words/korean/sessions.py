"""Of sessions: starting, resuming and ending a run, its data, its options and its hooks."""

TEXTS = {
    # the way a run computes
    "speed of the other ways (this one = 1): {others}": "다른 방식의 속도(이 방식 = 1): {others}",
    (
        "speed of the other ways (this one = 1): {others}; more threads or channels_last are taken from {gain:.2f} on, "
        "bfloat16, which costs accuracy, from {half:.2f} on"
    ): (
        "다른 방식의 속도(이 방식 = 1): {others}. 스레드를 늘리거나 channels_last를 쓰는 것은 {gain:.2f} 이상일 때만, "
        "정확도를 잃는 bfloat16은 {half:.2f} 이상일 때만 고릅니다"
    ),
    "speed of the other ways (this one = 1): {others}; the machine was busy, so the next start times them again": (
        "다른 방식의 속도(이 방식 = 1): {others}. 컴퓨터가 다른 작업으로 바빴으므로 다음 시작에 다시 잽니다"
    ),
    "fails": "쓸 수 없음",
    "the configuration": "설정",
    "run has no option {name!r}{hint}": "run에는 {name!r} 옵션이 없습니다{hint}",
    "{name} is no setting of {recipe} but of the run: run={{{name!r}: ...}}": (
        "{name}: {recipe} 레시피의 설정이 아니라 실행 옵션입니다: run={{{name!r}: ...}}"
    ),
    "cannot read the configuration {path}: {error}": "설정 파일 {path}: 읽을 수 없습니다: {error}",
    "{name} was trained with something else:\n  {changes}\nRestore that, or go on with what is there now: --anyway": (
        "{name}: 학습할 때와 달라진 것이 있습니다:\n  {changes}\n되돌려 놓거나, 지금 상태로 계속하려면 --anyway를 붙이세요"
    ),
    "recipe: {path} is not as it was (SHA-256 {now}..., was {before}...)": (
        "레시피: {path} 파일이 바뀌었습니다 (SHA-256 {now}..., 이전 {before}...)"
    ),
    "data: the pictures are not those of the run (SHA-256 {now}..., was {before}...)": (
        "데이터: 학습하던 이미지가 아닙니다 (SHA-256 {now}..., 이전 {before}...)"
    ),
    "{names} cannot change in a resumed run: it would not be the same run": (
        "{names}: 재개할 때 바꿀 수 없습니다. 바꾸면 같은 실행이 아니게 됩니다"
    ),
    "the run was on {device!r}, which this machine does not have; move it: --device auto": (
        "이 실행의 장치 {device!r}: 이 컴퓨터에는 없습니다. 옮기려면 --device auto를 붙이세요"
    ),
    "{name} is finished: {steps:,} steps, {images:,} images, {time}. To make it longer: {command}": (
        "{name}: 이미 끝났습니다({steps:,}스텝, 이미지 {images:,}장, {time}). 더 학습하려면: {command}"
    ),
    "--epochs and --images are both given; give one of them": "--epochs와 --images 중 하나만 지정하세요",
    "{n:,} of {files:,} files could not be read and were left out; log.txt names them": (
        "파일 {files:,}개 중 {n:,}개는 읽을 수 없어서 뺐습니다. 목록은 log.txt에 있습니다"
    ),
    "pictures as training sees them: {places}": "학습에 들어가는 모습 그대로의 이미지: {places}",
    "left out {file}: {reason}": "뺀 파일 {file}: {reason}",
    "{name} needs {n} sets of pictures; one or two can be given": (
        "{name}: 이미지 데이터가 {n}개 필요한데, 하나나 둘만 줄 수 있습니다"
    ),
    "{name} needs {n} sets of pictures, but got {given}": "{name}: 이미지 데이터가 {n}개 필요한데 {given}개를 받았습니다",
    "{name} learns one set of pictures; --data-y is for recipes that translate": (
        "{name}: 이미지 데이터 하나로 학습합니다. --data-y는 이미지를 변환하는 레시피에만 씁니다"
    ),
    "{name} translates between two sets of pictures, and {missing} is missing: give both, --data X --data-y Y, "
    "or neither for the embedded emoji": (
        "{name}: 두 이미지 데이터 사이를 변환하는데 {missing} 값이 없습니다. --data X --data-y Y처럼 둘 다 주거나, "
        "내장 이모지를 쓰려면 둘 다 빼세요"
    ),
    "--data and --data-y are both {source}: there is nothing to translate. Give a different --data-y": (
        "--data와 --data-y가 모두 {source}입니다. 변환할 것이 없으니 --data-y를 다른 데이터로 바꾸세요"
    ),
    "{x} and {y} are the same pictures: there is nothing to translate. Give a different --data-y": (
        "{x}, {y}: 같은 이미지입니다. 변환할 것이 없으니 --data-y를 다른 데이터로 바꾸세요"
    ),
    "{name}: {n:,} of {height} x {width} x {channels}, {held_out:,} held out": (
        "{name}: {height} x {width} x {channels} 이미지 {n:,}장, 검증용 {held_out:,}장"
    ),
    "this needs {needed:.1f} GiB for weights and optimizers alone, and {device} has {room:.1f} GiB free; "
    "use smaller widths": (
        "가중치와 옵티마이저에만 {needed:.1f} GiB가 필요한데 {device} 장치의 빈 메모리는 {room:.1f} GiB입니다. "
        "신경망의 너비를 줄이세요"
    ),
    "a batch of {n} would fit: --batch-size {n}": "배치 크기를 {n}까지 줄이면 됩니다: --batch-size {n}",
    "use smaller pictures (--size) or smaller networks": "이미지 크기(--size)나 신경망을 줄이세요",
    "for a batch of {n}": "배치 {n}장",
    "to write a checkpoint": "체크포인트 저장",
    "this needs about {all} of memory, {most} of it {what}, and {device} has {room} free; {advice}": (
        "메모리가 약 {all} 필요한데(그중 {what}에 {most}), {device} 장치의 빈 메모리는 {room}입니다. {advice}"
    ),
    "whether there is enough memory was not checked: for this game it cannot be estimated": (
        "메모리가 충분한지 확인하지 못했습니다. 이 게임의 메모리 사용량은 추정할 수 없습니다"
    ),
    "--run.held-out is {asked}, but {name!r} has {n:,} pictures": (
        "--run.held-out 값이 {asked}인데 {name!r} 데이터의 이미지는 {n:,}장입니다"
    ),
    "--run.held-out is 0, but translations are drawn of held-out pictures; hold out at least 1": (
        "--run.held-out 값이 0인데, 변환 결과는 검증용 이미지로 그립니다. 1장 이상 남겨 두세요"
    ),
    "the hook {name} has changed what is trained; a hook may only look. Nothing of it was saved.": (
        "훅 {name}: 학습 대상을 바꾸었습니다. 훅은 보기만 해야 합니다. 바뀐 것은 저장하지 않았습니다."
    ),
    "{value!r} was given as a hook; it must be a function of the session, or a Hook": (
        "훅으로 받은 {value!r}: 세션을 인수로 받는 함수이거나 Hook이어야 합니다"
    ),
    "the hook {name} looks every {n} steps; that must be 0 (as samples) or more": (
        "훅 {name}: 간격이 {n}스텝입니다. 0(샘플을 그릴 때마다) 이상이어야 합니다"
    ),
    "{name} failed and the run goes on without it: {error}": "{name}: 오류가 났지만 학습은 계속합니다: {error}",
    "Stopped by Ctrl-C after step {step}; everything is saved. Go on with: {command}": (
        "Ctrl-C로 스텝 {step}에서 멈췄습니다. 모두 저장했습니다. 계속하려면: {command}"
    ),
    "Stopped by the system (SIGTERM) after step {step}; everything is saved. Go on with: {command}": (
        "시스템(SIGTERM)의 요청으로 스텝 {step}에서 멈췄습니다. 모두 저장했습니다. 계속하려면: {command}"
    ),
    "Done after step {step:,}: {images:,} images in {time}.": "스텝 {step:,}에서 끝났습니다: 이미지 {images:,}장, {time}.",
    "{error}. Rolled back to step {step:,}; going on with half the learning rates.": (
        "{error}. 스텝 {step:,}(으)로 되돌리고 학습률을 절반으로 낮춰 계속합니다."
    ),
    "{error}. It had been rolled back once with the learning rates halved; the latest checkpoint is good. "
    "Lower the learning rate, add a penalty, or check the range of the data.": (
        "{error}. 이미 한 번 되돌리고 학습률을 절반으로 낮췄던 실행입니다. 마지막 체크포인트는 정상입니다. "
        "학습률을 낮추거나, 페널티를 더하거나, 데이터의 값 범위를 확인하세요."
    ),
    "drawing pictures": "이미지 그리기",
    "{way}: picture, translation": "{way}: 원본, 변환",
    "{way}: picture, translation, back": "{way}: 원본, 변환, 되돌림",
    "writing the page": "README 쓰기",
    "failed: {error}": "실패: {error}",
    "out of memory": "메모리 부족",
    "memory ran out while training; use a smaller batch (--batch-size) or smaller networks": (
        "학습 중에 메모리가 부족해졌습니다. 배치 크기를 줄이거나(--batch-size) 더 작은 신경망을 쓰세요"
    ),
    "run.held_out is {value}; it must be 0 (none) or more, or -1 for a tenth": (
        "run.held_out 값이 {value}입니다. 0(없음) 이상이거나, 10분의 1을 뜻하는 -1이어야 합니다"
    ),
    "run.keep is {value}; at least 1 checkpoint must be kept": (
        "run.keep 값이 {value}입니다. 체크포인트는 1개 이상 남겨야 합니다"
    ),
    "run.seed is {value}; it must be from 0 to 2^63 - 1": "run.seed 값이 {value}입니다. 0에서 2^63 - 1 사이여야 합니다",
    "run.{name} is {value}; it must be above 0": "run.{name} 값이 {value}입니다. 0보다 커야 합니다",
    "run.{name} is {value}; it must be 0 (automatic) or more": "run.{name} 값이 {value}입니다. 0(자동) 이상이어야 합니다",
}
