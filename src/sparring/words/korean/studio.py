"""The studio's server, its command and the model card, in Korean."""

TEXTS: dict[str, str] = {
    "This run has no picture {number}.": "이 실행에는 {number}번 이미지가 없습니다.",
    "There is no such run here. The list of runs shows those that there are.": (
        "그런 실행이 없습니다. 있는 실행은 실행 목록에 나옵니다."
    ),
    "{name} is not a PNG picture.": "{name}은(는) PNG 이미지가 아닙니다.",
    "{name} has {width:,} x {height:,} pixels; a picture of at most {most:,} pixels can be shown.": (
        "{name}의 크기는 {width:,} x {height:,}픽셀입니다. {most:,}픽셀까지 보여 줄 수 있습니다."
    ),
    "Last-Event-ID is not one that this server sent.": "Last-Event-ID가 이 서버가 보낸 것이 아닙니다.",
    "{n} pages look at this studio already; close some of them.": (
        "이미 페이지 {n}개가 이 스튜디오를 보고 있습니다. 몇 개를 닫으십시오."
    ),
    "Too many drawings are waiting; try again in a moment.": (
        "기다리는 그리기 작업이 너무 많습니다. 잠시 후에 다시 시도하십시오."
    ),
    "The drawing takes longer than {n} seconds.": "그리는 데 {n}초 넘게 걸립니다.",
    "{count} pictures of {height} x {width} pixels are too many at once; at most {most} can be drawn": (
        "{height} x {width}픽셀 이미지 {count}장은 한 번에 그리기에 너무 많습니다. {most}장까지 그릴 수 있습니다"
    ),
    "This run is trained on another machine; stop it there.": (
        "이 실행은 다른 컴퓨터에서 학습 중입니다. 그 컴퓨터에서 멈추십시오."
    ),
    "This run is not in training: there is nothing to stop.": "이 실행은 학습 중이 아니므로 멈출 것이 없습니다.",
    "Windows cannot ask a process to save first: press Ctrl-C in the window of the run.": (
        "Windows에서는 저장부터 하도록 프로세스에 요청할 수 없습니다. 실행 창에서 Ctrl-C를 누르십시오."
    ),
    "Process {pid} cannot be stopped: {why}.": "프로세스 {pid}을(를) 멈출 수 없습니다: {why}.",
    "This run is in training already.": "이 실행은 이미 학습 중입니다.",
    "This run was started a moment ago; it is being prepared.": "이 실행은 방금 시작되어 준비 중입니다.",
    "The command ended with exit code {code}.": "명령이 종료 코드 {code}(으)로 끝났습니다.",
    "Open the address that `sparring studio` printed: it has the token that this page needs.": (
        "`sparring studio`가 출력한 주소를 여십시오. 이 페이지에 필요한 토큰이 들어 있습니다."
    ),
    "Too many requests at once; try again in a moment.": (
        "동시에 들어온 요청이 너무 많습니다. 잠시 후에 다시 시도하십시오."
    ),
    "This server does not answer to that host name.": "이 서버는 그 호스트 이름에 응답하지 않습니다.",
    "Only the studio's own page may ask for this.": "스튜디오 페이지만 이것을 요청할 수 있습니다.",
    "Send JSON, and say so in Content-Type.": "JSON을 보내고 Content-Type에 그렇게 적으십시오.",
    "A request may have at most {most:,} bytes.": "요청은 {most:,}바이트까지 보낼 수 있습니다.",
    "The request did not come within {n} seconds.": "요청이 {n}초 안에 다 오지 않았습니다.",
    "There is nothing at this address.": "이 주소에는 아무것도 없습니다.",
    "This address cannot be asked in this way.": "이 주소는 그런 방식으로 요청할 수 없습니다.",
    "This cannot be asked like that; what does not fit: {where}.": (
        "그렇게는 요청할 수 없습니다. 맞지 않는 것: {where}."
    ),
    "A file of this run cannot be read now: {why}.": "이 실행의 파일을 지금 읽을 수 없습니다: {why}.",
    "{host}:{port} cannot be listened on: {why}. Another studio may be open there: try --port {next}.": (
        "{host}:{port}에서 연결을 받을 수 없습니다: {why}. 다른 스튜디오가 열려 있을 수 있습니다. "
        "--port {next}을(를) 써 보십시오."
    ),
    "the studio needs FastAPI and uvicorn: python -m pip install {packages}": (
        "스튜디오에는 FastAPI와 uvicorn이 필요합니다: python -m pip install {packages}"
    ),
    "port is {port}; it is a number from 0 to 65,535": "port는 {port}입니다. 0에서 65,535까지의 수여야 합니다",
    "The studio is open at {address}": "스튜디오 주소: {address}",
    "Whoever has this address can see and stop the runs. Ctrl-C ends the studio; training goes on.": (
        "이 주소를 아는 사람은 누구나 실행을 보고 멈출 수 있습니다. Ctrl-C를 누르면 스튜디오만 "
        "끝나고 학습은 계속됩니다."
    ),
    "Model card, written by sparring": "sparring이 작성한 모델 카드",
    "Model": "모델",
    "How it stands": "현재 상태",
    "Data": "데이터",
    "Changed from the recipe's defaults": "레시피 기본값에서 바꾼 설정",
    "Limits": "한계",
    "Licences": "라이선스",
    "It was trained on {n} pictures of {size} pixels and knows nothing else: whatever is rare or missing "
    "in them is rare or missing in what it draws, and whatever is unfair in them stays so.": (
        "{size}픽셀 이미지 {n}장으로 학습했고 그 밖의 것은 알지 못합니다. 데이터에 드물거나 없는 "
        "것은 생성 이미지에도 드물거나 없고, 데이터의 편향은 그대로 남습니다."
    ),
    "Its training is not finished: {state}.": "학습이 끝나지 않았습니다: {state}.",
    "Nothing is known of how well D tells held-out pictures from what is drawn.": (
        "D가 검증용 이미지와 생성 이미지를 얼마나 잘 구별하는지는 알려져 있지 않습니다."
    ),
    "Whether it repeats training pictures is known only if that was measured; `sparring evaluate` looks for it.": (
        "학습 이미지를 그대로 되풀이하는지는 측정해야만 알 수 있습니다. `sparring evaluate`로 확인합니다."
    ),
    "What it draws is not a photograph of anything: it must not serve as evidence or pass as real.": (
        "생성 이미지는 실제를 찍은 것이 아닙니다. 증거로 쓰거나 실제인 것처럼 보여서는 안 됩니다."
    ),
    "Data: {source}": "데이터: {source}",
    "Data: its licence is not recorded; ask whoever owns the pictures.": (
        "데이터: 라이선스가 기록되어 있지 않습니다. 이미지의 소유자에게 확인하십시오."
    ),
    "Program: sparring, Apache License 2.0.": "프로그램: sparring, Apache License 2.0.",
    "versions": "버전",
    "size": "크기",
    "classes": "클래스",
    "name": "이름",
    "nothing": "없음",
    "after step {step:,}": "{step:,} 스텝 후",
    "Nothing was measured. `sparring evaluate` measures.": "측정한 것이 없습니다. `sparring evaluate`로 측정합니다.",
    "{name} after step {step:,}": "{name}, {step:,} 스텝 후",
    "samples": "샘플",
    "This picture also shows pictures of the data.": "이 이미지에는 데이터의 이미지도 들어 있습니다.",
    "Open a page that shows runs live and draws with them.": (
        "실행을 실시간으로 보고 그 모델로 그려 보는 페이지를 엽니다."
    ),
    "Write the model card of a run as one HTML file.": "실행의 모델 카드를 HTML 파일 하나로 씁니다.",
    "Folders, numbers or names of the runs to show; by default all.": (
        "보여 줄 실행의 폴더, 번호 또는 이름. 기본은 전부입니다."
    ),
    "Of the page; 0 for any that is free.": "페이지의 포트. 0이면 비어 있는 아무 포트나 씁니다.",
    "Address to listen on; by default only this machine can open the page.": (
        "연결을 받을 주소. 기본으로는 이 컴퓨터에서만 페이지를 열 수 있습니다."
    ),
    "Open the page in the browser.": "브라우저에서 페이지를 엽니다.",
    "File (HTML) to write; by default card-RUN.html in the current folder. Nothing is overwritten.": (
        "쓸 파일 (HTML). 기본은 현재 폴더의 card-RUN.html이며, 아무것도 덮어쓰지 않습니다."
    ),
}
