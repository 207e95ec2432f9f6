"""Of a model in one file, sweeps, films, and of measuring translations from Python."""

TEXTS = {
    # sparring export
    "Write a trained model to one file for another machine.": "학습한 모델을 다른 컴퓨터에서 쓸 파일 하나로 저장합니다.",
    "zip, which sample, translate, info and sparring.load take in place of a run; or onnx, for other programs: a file for each "
    "direction of a translation.": (
        "zip: sample, translate, info, sparring.load에 실행 대신 줄 수 있습니다. onnx: 다른 프로그램용이며, "
        "변환 방향마다 파일이 하나입니다."
    ),
    "File to write; by default one in the current folder, named after run and step. Nothing is overwritten.": (
        "저장할 파일. 기본값은 실행과 스텝으로 이름을 지은 현재 폴더의 파일. 이미 있는 것을 덮어쓰지 않습니다."
    ),
    "The folder, number or name of a run, a checkpoint folder, or a file that sparring export wrote.": (
        "실행의 폴더, 번호 또는 이름, 체크포인트 폴더, 또는 sparring export가 저장한 파일."
    ),
    "A run (folder, number or name), a checkpoint folder, an exported model, or a PNG that sparring drew.": (
        "실행(폴더, 번호, 이름), 체크포인트 폴더, 내보낸 모델 파일, 또는 sparring이 그린 PNG."
    ),
    "The file contains no images of the data; the run folder does. To share the model, share the file.": (
        "이 파일에는 데이터의 이미지가 들어 있지 않습니다. 실행 폴더에는 들어 있으니, 모델을 공유할 때는 이 파일만 공유하세요."
    ),
    "{path}: {size}, at most {apart:.1g} from what the model draws (of [-1, 1])": (
        "{path}: {size}, 모델의 출력과의 차이는 최대 {apart:.1g}입니다([-1, 1] 범위)"
    ),
    "Draw:": "생성하기:",
    "model": "모델",
    "{path} is no model that `sparring export` wrote: that holds {names}, stored without compression.": (
        "{path}: `sparring export`가 저장한 모델이 아닙니다. 그런 파일에는 {names}이(가) 압축 없이 들어 있습니다."
    ),
    "{path} is damaged: it has {size:,} bytes and declares {declared:,}.": (
        "{path}: 손상되었습니다. 크기는 {size:,}바이트인데 {declared:,}바이트라고 적혀 있습니다."
    ),
    "{path} cannot be read as a zip: {error}.": "{path}: zip으로 읽을 수 없습니다. {error}.",
    "{path} holds one model: --step and --best are for runs": (
        "{path}: 모델이 하나뿐인 파일입니다. --step과 --best는 실행에만 쓸 수 있습니다"
    ),
    "{path} holds the average of the weights, not the newest ones": (
        "{path}: 최신 가중치가 아니라 가중치의 이동 평균이 들어 있습니다"
    ),
    "an exported model has no weights of {name}; the run has": (
        "내보낸 모델에는 {name}의 가중치가 없습니다. 실행 폴더에는 있습니다"
    ),
    "for ONNX an extra is missing: pip install 'sparring[export]'": (
        "ONNX용 추가 패키지가 없습니다. pip install 'sparring[export]'로 설치하세요"
    ),
    "the ONNX file draws something else than the model: {apart:.2g} apart": (
        "ONNX 파일의 출력이 모델의 출력과 다릅니다. 차이: {apart:.2g}"
    ),
    "{network} cannot be written as ONNX: {why}": "{network}을(를) ONNX로 저장할 수 없습니다: {why}",
    # films
    "for MP4 an extra is missing: pip install 'sparring[video]'; --gif needs none": (
        "MP4용 추가 패키지가 없습니다. pip install 'sparring[video]'로 설치하세요. --gif에는 필요 없습니다"
    ),
    "{flag} shows an interpolation: give --interpolate SEEDS:FRAMES too, such as 1:2:60": (
        "{flag}: 보간을 보여 줍니다. --interpolate 시드:프레임 수도 지정하세요. 예: 1:2:60"
    ),
    "File to write (PNG; with --gif GIF; with --interpolate also NAME.mp4), or with --no-grid a folder; by default one in the "
    "current folder, named after run, step and seed. Nothing is overwritten.": (
        "저장할 파일(PNG, --gif이면 GIF, --interpolate와 함께라면 이름.mp4도 가능), --no-grid이면 폴더. 기본값은 실행, "
        "스텝, 시드로 이름을 지은 현재 폴더의 파일. 이미 있는 것을 덮어쓰지 않습니다."
    ),
    # sweeps
    "run {i} of {n}:": "{n}개 중 {i}번째 실행:",
    "runs": "실행 수",
    "each": "하나당",
    "Compare:": "비교하기:",
    "{n} runs of {recipe}, one after another: {time}": "{recipe} 실행 {n}개를 차례로: {time}",
    "{flag} is {value!r}; list each value once, such as 0,1,2": (
        "{flag} 값 {value!r}은(는) 쓸 수 없습니다. 값을 한 번씩만 나열하세요. 예: 0,1,2"
    ),
    "It was run {i} of {all}; {n} were not started:": "실행 {all}개 중 {i}번째였습니다. 시작하지 않은 실행 {n}개:",
    "{n} runs of {all} diverged: {runs}": "실행 {all}개 중 {n}개가 발산했습니다: {runs}",
    # threads of a resumed run
    "Another number of CPU threads than before; results then agree up to rounding.": (
        "이전과 다른 CPU 스레드 수. 그러면 결과가 반올림 오차 안에서만 같습니다."
    ),
    "the run goes on with {now} (before: {before}): it is then the same but for rounding": (
        "{now}로 계속합니다(이전: {before}). 결과는 반올림 오차 안에서만 같습니다"
    ),
    "run.threads is 0; a run that goes on needs a number of threads, such as 1": (
        "run.threads 값 0은 쓸 수 없습니다. 이어 하는 실행에는 스레드 수가 필요합니다. 예: 1"
    ),
    # what --out is
    "Folder that holds all runs, as in training; nothing is written to it.": (
        "학습할 때처럼 모든 실행이 들어 있는 폴더. 여기에 새로 쓰지는 않습니다."
    ),
    "Folder that holds all runs, as in training; the run stays where it is.": (
        "학습할 때처럼 모든 실행이 들어 있는 폴더. 실행은 있던 자리에 그대로 있습니다."
    ),
    "JSON file to write the report to, besides evaluation.json in the run folder.": (
        "실행 폴더의 evaluation.json 외에 보고서를 저장할 JSON 파일."
    ),
    "Picture (PNG) to write; by default compare.png in the current folder. Nothing is overwritten.": (
        "저장할 그림(PNG). 기본값은 현재 폴더의 compare.png. 이미 있는 것을 덮어쓰지 않습니다."
    ),
    # translations, from Python
    "{name} is for runs that translate": "{name}: 이미지를 변환하는 실행에만 쓸 수 있습니다",
    "{name} is for runs that draw from noise; this run translates": (
        "{name}: 노이즈에서 생성하는 실행에만 쓸 수 있습니다. 이 실행은 이미지를 변환합니다"
    ),
    "{name} is for measuring without pairs": "{name}: 쌍 없이 평가할 때만 쓸 수 있습니다",
    "{name} needs pairs too": "{name}: pairs도 지정하세요",
    "paper is {paper!r}; it is white or none": "paper 값 {paper!r}은(는) 쓸 수 없습니다. white 또는 none이어야 합니다",
}
