"""Of measuring runs: evaluate, while training, compare and export."""

TEXTS = {
    # how numbers came about
    "{fake:,} generated images against {real:,} held-out images of {name}, {size}": (
        "생성된 이미지 {fake:,}장, 비교 대상 {name}의 검증용 이미지 {real:,}장, {size}"
    ),
    "{fake:,} generated images against {real:,} training images of {name}, {size}": (
        "생성된 이미지 {fake:,}장, 비교 대상 {name}의 학습 이미지 {real:,}장, {size}"
    ),
    "{fake:,} generated images against {real:,} images of {name}, {size}": (
        "생성된 이미지 {fake:,}장, 비교 대상 {name}의 이미지 {real:,}장, {size}"
    ),
    "features {features} ({digest}), resize {resize}, seed {seed}, {packages}": (
        "특징 {features}({digest}), 크기 조정 {resize}, 시드 {seed}, {packages}"
    ),
    "measured: {what}, features {features}": "측정: {what}, 특징 {features}",
    "the run holds out no images (--run.held-out 0); measure against part training": (
        "이 실행에는 검증용 이미지가 없습니다(--run.held-out 0). part를 training으로 지정하세요"
    ),
    "there are {n:,} real images, so {n:,} were generated; --count generates more": (
        "실제 이미지가 {n:,}장이어서 {n:,}장을 생성했습니다. 더 생성하려면 --count를 쓰세요"
    ),
    "the classes of {name!r} are not those of the run, so labels are not compared": (
        "{name!r}의 클래스가 실행의 클래스와 달라서 레이블은 비교하지 않았습니다"
    ),
    "real images: {note}": "실제 이미지: {note}",
    "generated images: {note}": "생성된 이미지: {note}",
    # a table
    "measure": "지표",
    "95 % interval": "95 % 신뢰구간",
    "better": "좋은 값",
    "lower": "낮을수록",
    "higher": "높을수록",
    "near 0.5": "0.5에 가까울수록",
    "{low} to {high}": "{low}~{high}",
    "{value} (95 % interval {interval})": "{value}(95 % 신뢰구간 {interval})",
    "{run}, step {step:,}, {weights} weights": "{run}, 스텝 {step:,}, {weights} 가중치",
    "{path}: the {n} of {all:,} samples nearest to a training image, each beside that image": (
        "{path}: 샘플 {all:,}장 중 학습 이미지와 가장 가까운 {n}장을 그 학습 이미지와 나란히 놓은 것"
    ),
    "Measured against real pictures": "실제 이미지와 비교한 측정값",
    # what cannot be measured
    "this run translates images; measure it against true pairs: sparring evaluate RUN --pairs X Y": (
        "이미지를 변환하는 실행입니다. 정답 쌍과 비교하세요: sparring evaluate RUN --pairs X Y"
    ),
    "images without a run need real ones to be compared with: give --data REAL": (
        "실행 없이 이미지만 측정하려면 비교할 실제 이미지가 필요합니다. --data REAL을 지정하세요"
    ),
    "a checkpoint alone does not say where its images are: give --data REAL": (
        "체크포인트만으로는 이미지가 어디에 있는지 알 수 없습니다. --data REAL을 지정하세요"
    ),
    "what is in {source} now is not what {run} was trained on; give --data REAL to measure against it anyway": (
        "{source}의 내용이 {run}을(를) 학습할 때와 다릅니다. 그래도 비교하려면 --data REAL로 지정하세요"
    ),
    "--best and --step are both given; give one of them": "--best와 --step 중 하나만 지정하세요",
    "{run} has no best checkpoint: it was not measured while it trained (--run.evaluate)": (
        "{run}에는 최고 체크포인트가 없습니다. 학습하는 동안 측정하지 않은 실행입니다(--run.evaluate)"
    ),
    "{flag} is for runs that draw from noise, --pairs for those that translate; give one of them": (
        "{flag}은(는) 노이즈에서 생성하는 실행에, --pairs는 이미지를 변환하는 실행에 씁니다. 하나만 지정하세요"
    ),
    "{flag} is for runs that translate; give --pairs too": (
        "{flag}은(는) 이미지를 변환하는 실행에 씁니다. --pairs도 지정하세요"
    ),
    "a measurement does not say at which step, after how many images and seconds it was taken": (
        "측정 결과에 스텝, 이미지 수, 시간(초)이 올바르게 적혀 있지 않습니다"
    ),
    "{path} holds no list of measurements": "{path}에 측정 결과 목록이 없습니다",
    "{path}: {error}": "{path}: {error}",
    # while training
    "run.{name} is {value}; it must be 0 (never) or more": "run.{name} 값 {value}: 0(하지 않음) 이상이어야 합니다",
    "run.patience is {value}, but nothing is measured: give --run.evaluate": (
        "run.patience 값이 {value}인데 측정하지 않는 실행입니다. --run.evaluate를 지정하세요"
    ),
    "run.best is {value!r}; it is one of {known}": "run.best 값 {value!r}: {known} 중 하나여야 합니다",
    "run.evaluate measures what is drawn from noise; this recipe translates": (
        "run.evaluate는 노이즈에서 생성한 이미지를 측정하는데 이 레시피는 이미지를 변환합니다"
    ),
    "preparing to measure": "측정 준비",
    "measuring samples": "샘플 측정",
    "{metric} after step {step:,}: {value}, the best so far; measured in {time}": (
        "스텝 {step:,}의 {metric}: {value}, 지금까지 최고. 측정 시간 {time}"
    ),
    "{metric} after step {step:,}: {value}; measured in {time}": "스텝 {step:,}의 {metric}: {value}. 측정 시간 {time}",
    "measured {n} times in this session, in {time} that are not counted as training time": (
        "이번 세션의 측정 {n}회, {time} 소요(학습 시간에 넣지 않음)"
    ),
    "{metric} has not become better in {n} evaluations; the best checkpoint is that of step {step:,}: {path}": (
        "{metric} 값이 {n}번 연속으로 나아지지 않았습니다. 최고 체크포인트는 스텝 {step:,}: {path}"
    ),
    # what a run says of itself
    "{metric} after step {step:,}": "스텝 {step:,}의 {metric}",
    "how it was measured": "측정 방법",
    "best checkpoint": "최고 체크포인트",
    "measured": "측정값",
    "step {step:,}, in {folder}": "스텝 {step:,}, {folder}",
    "measure generated pictures against real ones": "생성된 이미지를 실제 이미지와 비교해 측정하기",
    "what was measured while training (--run.evaluate), one JSON object per line": (
        "학습하는 동안 측정한 값(--run.evaluate), 한 줄에 JSON 객체 하나"
    ),
    "from `sparring evaluate`: samples, each beside the training picture nearest to it": (
        "`sparring evaluate`의 결과: 샘플과 그에 가장 가까운 학습 이미지"
    ),
    "metrics for TensorBoard, if asked for with --run.tensorboard": (
        "TensorBoard용 지표(--run.tensorboard를 지정했을 때)"
    ),
    "the checkpoint that measured best while training; `sparring sample ... --best` uses it": (
        "학습하는 동안 측정값이 가장 좋았던 체크포인트. `sparring sample ... --best`로 씁니다"
    ),
    # runs beside one another, and other tools
    "give two or more different runs to compare": "비교할 실행을 서로 다른 것으로 두 개 이상 지정하세요",
    "{run} was not measured by {metric}: sparring evaluate {run} --metrics {metric}": (
        "{run}은(는) {metric}(으)로 측정하지 않았습니다: sparring evaluate {run} --metrics {metric}"
    ),
    "not measured: {names}; compared by what the rows of metrics share": (
        "측정하지 않은 실행: {names}. metrics.jsonl에 공통으로 있는 값으로 비교했습니다"
    ),
    "not all of these runs have {key} in metrics.jsonl": "metrics.jsonl에 {key} 값이 없는 실행이 있습니다",
    "there is nothing to compare: these runs have no numbers in common": (
        "비교할 것이 없습니다. 실행들에 공통으로 있는 값이 없습니다"
    ),
    "{a} and {b}: {what}": "{a}, {b}: {what}",
    (
        "these numbers do not compare:\n  {lines}\nMeasure the runs alike with sparring evaluate, or compare them as they "
        "are: --anyway"
    ): (
        "이 값들은 서로 비교할 수 없습니다.\n  {lines}\nsparring evaluate로 같은 조건에서 측정하거나, 그대로 비교하려면 "
        "--anyway를 쓰세요"
    ),
    "settings that differ:": "서로 다른 설정:",
    "all settings are the same": "모든 설정이 같습니다",
    "best {metric}": "최고 {metric}",
    "{value} at {step}": "{value} (스텝 {step})",
    "training time in seconds": "학습 시간(초)",
    "{run} has no metrics yet": "{run}에는 아직 지표가 없습니다",
    "{out}: {n:,} rows": "{out}: {n:,}행",
    "for TensorBoard an extra is missing: pip install 'sparring[tensorboard]'": (
        "TensorBoard용 추가 패키지가 없습니다. pip install 'sparring[tensorboard]'로 설치하세요"
    ),
    "writing for TensorBoard": "TensorBoard용 기록",
}
