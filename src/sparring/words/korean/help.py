"""Of the help of commands: what they do and what their flags mean."""

TEXTS = {
    # the page
    "COMMAND": "명령",
    "[OPTIONS]": "[옵션]",
    "[ARGS]": "[인자]",
    "Usage: {command}": "사용법: {command}",
    "Example: {command}": "예: {command}",
    "[choices: {words}]": "[선택: {words}]",
    "[default: {value}]": "[기본값: {value}]",
    "[required]": "[필수]",
    "Commands": "명령",
    "Options": "옵션",
    "Parameters": "매개변수",
    "Arguments": "인자",
    "Most used": "자주 쓰는 옵션",
    "Recipe settings": "레시피 설정",
    "More options": "그 밖의 옵션",
    "Display this message and exit.": "이 도움말을 표시하고 종료합니다.",
    "Display application version.": "버전을 표시합니다.",
    "Speak English (en) or Korean (ko); by default the language of the system.": (
        "영어(en)나 한국어(ko)로 표시합니다. 지정하지 않으면 시스템 언어를 따릅니다."
    ),
    (
        "Exit codes: 0 done, 1 failed, 2 wrong command, 3 bad data or model, 4 out of memory or disk, 5 diverged, 75 "
        "interrupted and resumable."
    ): (
        "종료 코드: 0 완료, 1 실패, 2 잘못된 명령, 3 잘못된 데이터나 모델, 4 메모리나 디스크 부족, 5 발산, 75 중단됨(재개 가능)."
    ),
    # commands
    "Train GANs on your own pictures, watch them learn, and understand why.": (
        "내 이미지로 GAN을 학습하고, 학습 과정을 지켜보고, 그 원리를 이해합니다."
    ),
    "Train a recipe on pictures.": "레시피를 이미지로 학습합니다.",
    "Resume a run exactly where it stopped.": "중단된 실행을 멈춘 지점에서 그대로 재개합니다.",
    "Generate pictures with a trained run.": "학습한 실행으로 이미지를 생성합니다.",
    "Translate pictures with a trained run.": "학습한 실행으로 이미지를 변환합니다.",
    "List all recipes: what each needs and what it is good for.": "모든 레시피와 필요한 데이터, 용도를 나열합니다.",
    "From noise: one set of pictures": "노이즈에서 생성: 이미지 한 세트",
    "From pictures to pictures: two domains": "이미지에서 이미지로 변환: 두 도메인",
    "List all runs with their results.": "모든 실행과 그 결과를 나열합니다.",
    "Show what a run, a checkpoint or a sample contains.": "실행, 체크포인트, 샘플의 내용을 보여 줍니다.",
    "Check data before training on it.": "학습하기 전에 데이터를 점검합니다.",
    "Figures that explain GAN theory, drawn by the training code itself.": (
        "GAN 이론을 설명하는 그림을 실제 학습 코드로 그립니다."
    ),
    # data and where it is
    "A named set (fashion, digits, emoji, mnist, fashion-mnist), a folder, or a zip, npy, npz or IDX file.": (
        "데이터셋 이름(fashion, digits, emoji, mnist, fashion-mnist), 폴더, 또는 zip, npy, npz, IDX 파일."
    ),
    "A named set, a folder, or a zip, npy, npz or IDX file.": "데이터셋 이름, 폴더, 또는 zip, npy, npz, IDX 파일.",
    "The second domain; no picture needs a partner.": "두 번째 도메인. 이미지의 짝을 맞출 필요는 없습니다.",
    "Resize to one side (64) or height x width (48x64).": "이 크기로 맞춥니다. 한 변(64) 또는 높이x너비(48x64).",
    "How to bring pictures to the size: cover (centre crop; default), top (keep heads), contain (pad).": (
        "크기를 맞추는 방법: cover(가운데를 자름, 기본값), top(위쪽을 남김, 인물의 머리), contain(여백을 채움)."
    ),
    (
        "How to bring pictures to the size: cover (centre crop), top (keep the upper part of tall ones: heads) or "
        "contain (keep all, pad by repeating the edges)."
    ): (
        "크기를 맞추는 방법: cover(가운데를 자름), top(세로로 긴 이미지의 위쪽을 남김, 인물의 머리), contain(전체를 "
        "남기고 가장자리를 반복해 채움)."
    ),
    "Train without files that cannot be read, even if many.": "읽을 수 없는 파일은 많더라도 빼고 학습합니다.",
    "Report what was found, what would be left out and why, near-duplicates and sizes.": (
        "찾은 이미지, 제외될 파일과 그 이유, 거의 같은 이미지, 크기를 알려 줍니다."
    ),
    "Draw a sheet of the pictures as training would see them; a path may follow (a new PNG file).": (
        "학습에 쓰일 모습 그대로 이미지를 한 장에 모아 그립니다. 뒤에 새 PNG 파일의 경로를 쓸 수 있습니다."
    ),
    "Where the data is now, if it has moved.": "데이터를 옮겼다면 지금의 위치.",
    "Where the second domain is now, if it has moved.": "두 번째 도메인을 옮겼다면 지금의 위치.",
    # how to run
    "Show settings, memory and speed, then exit without training.": (
        "설정, 메모리, 속도를 보여 주고 학습하지 않고 종료합니다."
    ),
    "Open the summary picture at the end.": "끝나면 요약 이미지를 엽니다.",
    "Start from a run's config.json; other flags override it.": (
        "실행의 config.json에서 시작합니다. 다른 옵션이 그보다 우선합니다."
    ),
    "Stop after this many minutes of training.": "학습 시간이 이 값(분)이 되면 멈춥니다.",
    "Stop after this many steps (one update of G, and of D as many as the recipe says).": (
        "이만큼의 스텝 뒤에 멈춥니다(한 스텝은 G를 한 번, D를 레시피에 정한 횟수만큼 갱신)."
    ),
    "Stop after this many training images seen.": "학습에 쓴 이미지가 이 수가 되면 멈춥니다.",
    "Stop after this many passes over the training pictures.": "학습 이미지를 이 횟수(에폭)만큼 본 뒤에 멈춥니다.",
    '"indistinguishable": stop when a new classifier cannot tell held-out pictures from generated ones.': (
        '"indistinguishable": 새 분류기가 검증용 이미지와 생성 이미지를 구별하지 못하면 멈춥니다.'
    ),
    "Random seed of weights, noise and data order. On the command line 0,1,2 trains three runs, one after another.": (
        "가중치, 노이즈, 데이터 순서의 난수 시드. 명령에 0,1,2라고 쓰면 세 개의 실행을 차례로 학습합니다."
    ),
    "auto, cpu, cuda, cuda:1, mps or xpu.": "auto, cpu, cuda, cuda:1, mps, xpu 중 하나.",
    "Folder that holds all runs.": "모든 실행이 들어 있는 폴더.",
    "Name of the run's folder, after its number: 0001-NAME; by default the recipe and the data.": (
        "실행 폴더에서 번호 뒤에 붙는 이름: 0001-NAME. 기본값은 레시피와 데이터의 이름."
    ),
    "Precision of activations: auto (by timing a few steps), float32 or bfloat16; weights are always float32.": (
        "활성값의 정밀도: auto(몇 스텝의 시간을 재어 정함), float32, bfloat16. 가중치는 언제나 float32입니다."
    ),
    (
        "How pictures lie in memory: auto (by timing a few steps), contiguous or channels_last; results agree up to "
        "rounding."
    ): (
        "이미지의 메모리 형식: auto(몇 스텝의 시간을 재어 정함), contiguous, channels_last. 결과는 반올림 오차를 빼면 같습니다."
    ),
    "CPU threads; 0 chooses by timing a few steps.": "CPU 스레드 수. 0이면 몇 스텝의 시간을 재어 정합니다.",
    "Pictures kept out of training for evaluation; -1 for a tenth, at most 1,000; 0 for none.": (
        "평가를 위해 학습에서 떼어 두는 검증용(held-out) 이미지 수. -1은 10분의 1(최대 1,000장), 0은 없음."
    ),
    "Steps between rows of metrics; 0 for about two seconds.": "지표를 기록하는 스텝 간격. 0은 약 2초마다.",
    "Steps between sample sheets; 0 for about twenty seconds.": "샘플을 그리는 스텝 간격. 0은 약 20초마다.",
    "Steps between checkpoints; 0 for about five minutes.": "체크포인트를 저장하는 스텝 간격. 0은 약 5분마다.",
    "Number of checkpoints to keep.": "남겨 둘 체크포인트의 수.",
    "New total length of the run, in minutes of training.": "실행의 새 전체 길이. 학습 시간(분).",
    "New total length, in steps.": "새 전체 길이. 스텝 수.",
    "New total length, in training images.": "새 전체 길이. 학습에 쓴 이미지 수.",
    "New total length, in passes over the training pictures.": "새 전체 길이. 학습 이미지를 본 횟수(에폭).",
    "Another device than before: auto, cpu, cuda, ...; results then agree up to rounding.": (
        "전과 다른 장치: auto, cpu, cuda, ... 이때 결과는 반올림 오차 안에서 같습니다."
    ),
    "Resume although the data or a setting has changed.": "데이터나 설정이 바뀌었어도 재개합니다.",
    # which run
    "The folder, number or name of the run; by default the one that was active last.": (
        "실행의 폴더, 번호, 이름. 기본값은 마지막으로 학습한 실행."
    ),
    "The folder, number or name of a run, or a checkpoint folder.": "실행의 폴더, 번호, 이름, 또는 체크포인트 폴더.",
    "./FILE.py:NAME, for a run of your own recipe.": "직접 만든 레시피로 학습한 실행이라면 ./FILE.py:NAME.",
    "./FILE.py:NAME: also say whether a run of your own recipe was trained with this file.": (
        "./FILE.py:NAME: 직접 만든 레시피의 실행이 이 파일로 학습한 것인지도 알려 줍니다."
    ),
    "The exponential moving average of the weights, or the newest weights.": (
        "가중치의 지수이동평균(average) 또는 최신 가중치(newest)."
    ),
    "Step of the checkpoint; by default the newest.": "체크포인트의 스텝. 기본값은 최신 체크포인트.",
    # what comes out
    "Print JSON.": "JSON으로 출력합니다.",
    "Print one JSON object per line instead of a progress bar.": "진행 막대 대신 한 줄에 하나씩 JSON 객체를 출력합니다.",
    "Print the answer as JSON.": "결과를 JSON으로 출력합니다.",
    "Print the numbers as JSON, and write them beside the picture.": "수치를 JSON으로 출력하고 그림 옆에 저장합니다.",
    "Number of pictures.": "이미지 수.",
    "Seed of the noise; the same seed gives the same pictures.": "노이즈의 시드. 시드가 같으면 같은 이미지가 나옵니다.",
    "Class to draw, by name or number (conditional models); by default all in turn.": (
        "생성할 클래스의 이름이나 번호(조건부 모델). 기본값은 모든 클래스를 차례로."
    ),
    "One picture of all samples; --no-grid writes a file for each.": (
        "모든 샘플을 한 이미지에 모읍니다. --no-grid는 샘플마다 파일을 따로 씁니다."
    ),
    "With --interpolate: an animated GIF.": "--interpolate와 함께: 움직이는 GIF로 만듭니다.",
    "Files, or folders of them.": "이미지 파일 또는 폴더.",
    "The domain to translate to: x, which was --data in training, or y, which was --data-y; or its name, such as drawings.": (
        "변환해 갈 도메인. 학습할 때의 --data가 x, --data-y가 y이며, drawings 같은 이름으로 써도 됩니다."
    ),
    "keep, or centre-crop and resize to one side (256) or height x width (48x64).": (
        "keep은 그대로 두고, 한 변(256)이나 높이x너비(48x64)는 가운데를 잘라 그 크기로 맞춥니다."
    ),
    "Folder to write to. Nothing is overwritten.": "저장할 폴더. 이미 있는 것을 덮어쓰지 않습니다.",
    "Also write NAME-cycle.png: picture, translation, reconstruction.": (
        "NAME-cycle.png도 저장합니다: 원본, 변환 결과, 복원."
    ),
    "Two sources, X and Y, whose pictures correspond one to one; or emoji, the embedded test designs.": (
        "이미지가 하나씩 짝을 이루는 두 데이터 X와 Y, 또는 emoji(내장된 테스트용 도안)."
    ),
    "Two sources of other true pairs, to train the supervised bound on.": (
        "지도학습 한계를 학습할 다른 정답 쌍의 두 데이터."
    ),
    "Training time of the supervised bound, per direction; the bound is kept in the run folder.": (
        "지도학습 한계를 학습하는 시간(분), 방향마다. 결과는 실행 폴더에 보관됩니다."
    ),
    "white: pixels of white paper do not count as drawn; none: every pixel counts.": (
        "white: 흰 종이의 픽셀은 빼고 잽니다. none: 모든 픽셀을 잽니다."
    ),
}
