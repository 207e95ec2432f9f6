"""Of the help of evaluate, compare and export-metrics, and of the options that measure while training."""

TEXTS = {
    "Measure generated pictures or translations.": "생성된 이미지나 변환 결과를 측정합니다.",
    "The folder, number or name of a run, or a checkpoint folder; or generated pictures: a folder or file, with --data.": (
        "실행의 폴더, 번호, 이름, 또는 체크포인트 폴더. 또는 --data와 함께 생성된 이미지의 폴더나 파일."
    ),
    "Real pictures to measure against; of a run by default its own, of which those held out are best.": (
        "비교할 실제 이미지. 실행의 기본값은 그 실행의 데이터이며, 그중 검증용 이미지를 먼저 씁니다."
    ),
    "Names of measures, such as kernel_distance precision recall; by default all that can be taken.": (
        "지표의 이름. 예: kernel_distance precision recall. 기본값은 측정할 수 있는 모든 지표."
    ),
    (
        "What distances are measured in: auto, classifier, random, pixels, efficientnet-lite0, inception or inception:PATH."
    ): ("거리를 재는 특징: auto, classifier, random, pixels, efficientnet-lite0, inception 또는 inception:PATH."),
    "Pictures of either side; by default 5,000, or as many as there are real ones.": (
        "양쪽의 이미지 수. 기본값은 5,000장, 실제 이미지가 더 적으면 그 수."
    ),
    "Part of the run's own pictures: held-out if there are at least 500, else training.": (
        "실행의 데이터 중 비교할 부분. auto는 검증용 이미지가 500장 이상이면 held-out, 아니면 training."
    ),
    "Without a run: resize both sides to one side (64) or height x width (48x64).": (
        "실행 없이 측정할 때: 양쪽 이미지를 한 변(64) 또는 높이x너비(48x64)로 맞춥니다."
    ),
    "Seed of the noise and of what measures draw.": "노이즈와 측정에 쓰는 난수의 시드.",
    "Take the checkpoint that measured best while the run trained.": "학습하는 동안 측정값이 가장 좋았던 체크포인트를 씁니다.",
    # while training
    "Steps between measurements of what is drawn, against real pictures; 0 for none.": (
        "생성된 이미지를 실제 이미지와 비교해 측정하는 스텝 간격. 0은 하지 않음."
    ),
    "The measure that chooses the checkpoint in the folder best, and that patience waits for.": (
        "best 폴더에 둘 체크포인트를 고르고 patience가 기다리는 지표."
    ),
    "Stop after this many measurements in a row without a better one; 0 to go on.": (
        "측정값이 이 횟수만큼 연속으로 나아지지 않으면 학습을 끝냅니다. 0은 계속 학습."
    ),
    (
        "What distances are measured in while training: auto (classifier where there are labels, else random), or as "
        "sparring evaluate takes them."
    ): (
        "학습하는 동안 거리를 재는 특징. auto는 레이블이 있으면 classifier, 없으면 random. 그 밖에는 sparring evaluate와 "
        "같습니다."
    ),
    "Also write metrics for TensorBoard while training, to the folder tensorboard of the run.": (
        "학습하는 동안 실행의 tensorboard 폴더에 TensorBoard용 지표도 기록합니다."
    ),
    # compare
    "Compare runs: numbers, settings and curves.": "실행들의 측정값, 설정, 곡선을 비교합니다.",
    "Folders, numbers or names of two or more runs.": "두 개 이상의 실행의 폴더, 번호, 이름.",
    "A measure such as kernel_distance, or a key of metrics.jsonl such as held_out/accuracy/accuracy.": (
        "kernel_distance 같은 지표, 또는 held_out/accuracy/accuracy 같은 metrics.jsonl의 항목."
    ),
    "Compare although the numbers were measured in different ways.": "측정 방법이 서로 달라도 비교합니다.",
    # export-metrics
    "Write the metrics of a run for other tools.": "실행의 지표를 다른 도구에서 쓸 수 있게 저장합니다.",
    "The folder, number or name of a run.": "실행의 폴더, 번호, 이름.",
    "csv, a table with a row for each step; or tensorboard, a folder of event files.": (
        "csv는 스텝마다 한 행인 표, tensorboard는 이벤트 파일 폴더."
    ),
    "File or folder to write; by default one in the current folder, named after the run. Nothing is overwritten.": (
        "저장할 파일이나 폴더. 기본값은 실행의 이름을 딴 현재 폴더의 것. 이미 있는 것을 덮어쓰지 않습니다."
    ),
}
