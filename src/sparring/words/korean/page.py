"""Of a run's own page, README.md."""

TEXTS = {
    "in training": "학습 중",
    "finished": "학습 완료",
    "interrupted; it can be resumed": "중단됨, 이어서 학습할 수 있음",
    "diverged; the latest checkpoint is good": "발산함, 마지막 체크포인트는 정상",
    "failed; the latest checkpoint is good": "실패함, 마지막 체크포인트는 정상",
    "`{recipe}` trained on {data}.": "레시피: `{recipe}`, 학습 데이터: {data}",
    "`{recipe}` trained to translate between {x} and {y}.": "레시피: `{recipe}`, 서로 변환하는 데이터: {x}, {y}",
    "accuracy of D on held-out pictures and samples": "검증용 이미지와 생성 이미지에 대한 D의 정확도",
    "error on held-out pictures ({name})": "검증용 이미지의 오차 ({name})",
    "measured on held-out pictures ({name})": "검증용 이미지의 측정값 ({name})",
    "diversity of the samples, of that of real pictures": "실제 이미지에 대한 샘플의 다양성",
    "fresh classifier after step {step:,}": "스텝 {step:,}에서의 새 분류기",
    "right on {share} of {n:,} (95 % interval {low} to {high} %)": "{n:,}장의 {share}를 맞힘 (95 % 구간 {low}~{high} %)",
    "train twice as long": "학습을 두 배로 늘리기",
    "resume from the latest checkpoint": "마지막 체크포인트에서 이어서 학습하기",
    "generate pictures": "이미지 생성하기",
    "show settings and progress": "설정과 진행 상황 보기",
    "translate pictures; --to {x} or --to {y} chooses the direction": "이미지 변환하기 (방향은 --to {x} 또는 --to {y})",
    "reals-x.png, reals-y.png, results.png, samples/ and checkpoints/ contain images of the data: if it is private, share what "
    "sparring export writes": (
        "reals-x.png, reals-y.png, results.png, samples/, checkpoints/에는 데이터의 이미지가 들어 있습니다. "
        "공개할 수 없는 데이터라면 sparring export가 저장한 파일을 공유하세요"
    ),
    "reals.png and results.png contain images of the data: if it is private, share samples/ or what sparring export writes": (
        "reals.png와 results.png에는 데이터의 이미지가 들어 있습니다. 공개할 수 없는 데이터라면 samples/나 "
        "sparring export가 저장한 파일을 공유하세요"
    ),
    "domain {domain}": "도메인 {domain}",
    "compare translations with true pairs": "변환 결과를 정답 쌍과 비교하기",
    "Curves, samples and real pictures": "곡선, 샘플, 실제 이미지",
    "Verdict": "판정",
    "What to do next:": "다음에 할 일:",
    "Result": "결과",
    "Facts": "실행 정보",
    "Changed settings": "바꾼 설정",
    "Started with:": "시작한 명령:",
    "Next steps": "다음 단계",
    "Files": "파일",
    "summary picture: curves, the newest samples, real pictures": "요약 이미지: 곡선, 최신 샘플, 실제 이미지",
    "samples from the same noise, or translations of the same held-out pictures, by step": (
        "스텝별 샘플: 같은 노이즈에서 생성하거나 같은 검증용 이미지를 변환한 것"
    ),
    "real pictures for comparison; of two domains `reals-x.png` and `reals-y.png`": (
        "비교할 실제 이미지. 도메인이 둘이면 `reals-x.png`와 `reals-y.png`"
    ),
    "losses and metrics, one JSON object per line": "손실과 지표, 한 줄에 JSON 객체 하나",
    "what the verdicts are made from, one JSON object per line": "판정의 근거가 된 측정값, 한 줄에 JSON 객체 하나",
    "the latest verdict with the command that follows from it": "가장 최근의 판정과 그에 따른 다음 명령",
    "what was printed, with times": "화면에 나온 내용과 시각",
    "starts, resumes, stops and errors, one JSON object per line": "시작, 재개, 중단, 오류의 기록, 한 줄에 JSON 객체 하나",
    "all settings, defaults included; `sparring train ... --config` reads it": (
        "기본값을 포함한 모든 설정. `sparring train ... --config`로 다시 쓸 수 있음"
    ),
    "the command that started the run": "실행을 시작한 명령",
    "versions and machine": "버전과 컴퓨터 정보",
    "data description and hash": "데이터의 설명과 해시",
    "results of `sparring evaluate`; `bound.json` beside it is what training on true pairs reaches": (
        "`sparring evaluate`의 결과. 함께 있는 `bound.json`은 정답 쌍으로 학습했을 때의 한계"
    ),
    "the latest checkpoints, as safetensors and JSON with a manifest of digests; no pickle": (
        "최근 체크포인트: safetensors와 JSON, 해시 목록 포함. pickle은 쓰지 않음"
    ),
}
