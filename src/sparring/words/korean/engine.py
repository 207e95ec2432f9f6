"""Of games, networks, engine, recipes and metrics."""

TEXTS = {
    # games
    "lambda_cycle {cycle}, lambda_identity {identity}, noise {noise}: none can be negative": (
        "lambda_cycle {cycle}, lambda_identity {identity}, noise {noise}: 음수일 수 없습니다"
    ),
    (
        "lambda_identity is {value}, but x has {x} channels and y {y}: a picture of one domain cannot pass "
        "through the other's translator; set lambda_identity to 0"
    ): (
        "lambda_identity 값 {value}은(는) 쓸 수 없습니다. 도메인 x의 채널은 {x}개, 도메인 y의 채널은 {y}개라서 "
        "한 도메인의 이미지를 다른 도메인의 생성자에 넣을 수 없습니다. lambda_identity를 0으로 정하세요"
    ),
    "p is {p}; a unit is dropped with a probability from 0 to below 1": (
        "p 값 {p}은(는) 쓸 수 없습니다. 드롭아웃 확률은 0 이상 1 미만입니다"
    ),
    "d_steps is {value}; D is updated at least once per update of G": (
        "d_steps 값 {value}은(는) 쓸 수 없습니다. G를 한 번 갱신할 때 D는 적어도 한 번 갱신합니다"
    ),
    "memory is {memory} and scale {scale}; memory is 1 or more, scale above 0": (
        "memory 값 {memory}, scale 값 {scale}은(는) 쓸 수 없습니다. memory는 1 이상, scale은 0보다 커야 합니다"
    ),
    "its loss term {name!r} is {value}": "손실 항 {name!r}의 값이 {value}입니다",
    "its loss is finite, but the norm of its gradient is {value}": (
        "손실은 유한하지만 그래디언트의 노름이 {value}입니다"
    ),
    "eps is {eps}; a finite difference needs a positive step, for example 0.01": (
        "eps 값 {eps}은(는) 쓸 수 없습니다. 유한 차분의 간격은 0.01처럼 양수여야 합니다"
    ),
    "finite differences need a D without dropout; use the exact or the functional form": (
        "유한 차분에는 드롭아웃이 없는 D가 필요합니다. 정확한 형태나 함수형 형태를 쓰세요"
    ),
    "finite differences need a D without batch norm; use the exact or the functional form": (
        "유한 차분에는 배치 정규화가 없는 D가 필요합니다. 정확한 형태나 함수형 형태를 쓰세요"
    ),
    "share is {share}; it is the part of the batch that is used: 1, 1/2, 1/3, 1/4, ...": (
        "share 값 {share}은(는) 쓸 수 없습니다. 배치에서 쓰는 비율로, 1, 1/2, 1/3, 1/4, ... 중 하나입니다"
    ),
    "the pool's size is {size}; it is 0 (no pool) or more": (
        "이미지 풀의 크기 {size}은(는) 쓸 수 없습니다. 0(풀 없음) 이상이어야 합니다"
    ),
    "every is {every}; it counts updates and must be 1 or more": (
        "every 값 {every}은(는) 쓸 수 없습니다. 갱신 횟수이므로 1 이상이어야 합니다"
    ),
    # networks
    "channels {channels}, width {width}, layers {layers}: all must be 1 or more": (
        "channels {channels}, width {width}, layers {layers}: 모두 1 이상이어야 합니다"
    ),
    "channels {a} to {b}, width {width}, factor {factor}, blocks {blocks}: blocks is 0 or more, all others 1 or more": (
        "channels {a} → {b}, width {width}, factor {factor}, blocks {blocks}: blocks는 0 이상, 나머지는 모두 1 "
        "이상이어야 합니다"
    ),
    (
        "channels {a} to {b}, width {width}, blocks {blocks}, downs {downs}: channels and width are 1 or more, "
        "blocks and downs 0 or more"
    ): (
        "channels {a} → {b}, width {width}, blocks {blocks}, downs {downs}: channels와 width는 1 이상, blocks와 "
        "downs는 0 이상이어야 합니다"
    ),
    "channels {a} to {b}, width {width}, downs {downs}: all must be 1 or more": (
        "channels {a} → {b}, width {width}, downs {downs}: 모두 1 이상이어야 합니다"
    ),
    "steps is {steps}; power iteration needs 1 or more": (
        "steps 값 {steps}은(는) 쓸 수 없습니다. 거듭제곱법은 1번 이상 반복해야 합니다"
    ),
    "{network} has no linear or convolution layer to normalise": (
        "{network}에는 정규화할 선형 층이나 합성곱 층이 없습니다"
    ),
    # engine
    "there is no device {wish!r}; use auto, cpu, cuda, cuda:0, mps or xpu": (
        "{wish!r}(이)라는 장치는 없습니다. auto, cpu, cuda, cuda:0, mps, xpu 중 하나를 쓰세요"
    ),
    "device {wish!r} was requested, but this PyTorch build has no CUDA; install a CUDA build, or use --run.device auto": (
        "장치 {wish!r}: 설치된 PyTorch는 CUDA를 지원하지 않는 빌드입니다. CUDA 빌드를 설치하거나 --run.device auto를 쓰세요"
    ),
    "device {wish!r} was requested, but this machine has {here!r}; use --run.device auto": (
        "장치 {wish!r}을(를) 요청했지만 이 컴퓨터에서 쓸 수 있는 장치는 {here!r}입니다. --run.device auto를 쓰세요"
    ),
    "precision {wish!r} is unknown; use auto, float32 or bfloat16": (
        "알 수 없는 정밀도 {wish!r}입니다. auto, float32, bfloat16 중 하나를 쓰세요"
    ),
    "the EMA's half-life is {value} images; it cannot be negative": (
        "EMA의 반감기 {value}은(는) 쓸 수 없습니다. 이미지 수이므로 음수일 수 없습니다"
    ),
    "optimizers are for {optimizers}, players are {players}": (
        "옵티마이저는 {optimizers}의 것인데 플레이어는 {players}입니다"
    ),
    "shared needs one player that makes what all look at, in one move a round; here there are {n}": (
        "shared에는 모두가 함께 쓸 것을 라운드마다 한 번 만드는 플레이어가 하나 필요한데, 여기에는 {n}개 있습니다"
    ),
    "batch_size is {value}; it must be 1 or more": "batch_size 값 {value}은(는) 쓸 수 없습니다. 1 이상이어야 합니다",
    "the optimizer of {name} has {own} groups, the saved one {saved}": (
        "{name}의 옵티마이저에는 그룹이 {own}개인데 저장된 것에는 {saved}개입니다"
    ),
    "the saved state of the optimizer of {name} does not fit: {e}": (
        "저장된 {name}의 옵티마이저 상태가 맞지 않습니다: {e}"
    ),
    "{k} is {saved} in the file and {here} in the network": "{k}: 파일에서는 {saved}, 신경망에서는 {here}",
    "missing in the file: {missing}; not in the network: {foreign}": (
        "파일에 없는 것: {missing}, 신경망에 없는 것: {foreign}"
    ),
    "the saved weights are of another network ({detail}); was a setting changed?": (
        "저장된 가중치가 다른 신경망의 것입니다({detail}). 설정을 바꾸셨나요?"
    ),
    "{game} has no number {name!r}; give it as numbers={{{name!r}: ...}}": (
        "{game}에 {name!r}(이)라는 수가 없습니다. numbers={{{name!r}: ...}}로 주세요"
    ),
    "step {step}: player {name}: {why}": "스텝 {step}: 플레이어 {name}: {why}",
    "step {step}: an update of {name} was not finite, and is when repeated": (
        "스텝 {step}: {name}의 갱신이 유한하지 않았는데, 다시 계산하면 유한합니다"
    ),
    # recipes
    "conditional is set, but the data has no labels; give class sub-folders or leave it out": (
        "conditional 값이 True이지만 데이터에 레이블이 없습니다. 클래스별 하위 폴더를 두거나 이 설정을 빼세요"
    ),
    # metrics
    "x has {x} channels and y {y}; a transport of colours needs the same number": (
        "x의 채널은 {x}개, y의 채널은 {y}개입니다. 색을 옮기려면 채널 수가 같아야 합니다"
    ),
    "identity and supervised are both {value}; there is no gap to close": (
        "항등 사상과 지도 학습의 값이 모두 {value}(이)라서 좁힐 차이가 없습니다"
    ),
    "{right} of {n} right: there must be 1 trial or more, and 0 to n of them right": (
        "{n}번 중 {right}번 정답: 시행은 1번 이상, 정답은 0번에서 n번까지여야 합니다"
    ),
    "real {real} and fake {fake}: both must be (N, D) or (N, C, H, W) alike, with N >= 20": (
        "real {real}, fake {fake}: 둘 다 (N, D)이거나 둘 다 (N, C, H, W)여야 하고 N은 20 이상이어야 합니다"
    ),
    "real or fake samples hold values that are not finite": "진짜 또는 생성 샘플에 유한하지 않은 값이 있습니다",
    "a fresh classifier is right on {accuracy:.1%} of {n} (95 % interval {low:.1%} to {high:.1%})": (
        "새로 학습한 분류기의 정답률은 {n}개 중 {accuracy:.1%}(95 % 신뢰구간 {low:.1%}~{high:.1%})"
    ),
    "indistinguishable: {score}": "구별할 수 없음: {score}",
    "undecided: {score}; too few samples to call the two alike": (
        "판단 보류: {score}. 같다고 하기에는 샘플이 너무 적습니다"
    ),
    "D is at one half ({d:.1%}) but the samples differ: {score}; D is too weak, G is not done": (
        "D는 2분의 1에 있지만({d:.1%}) 샘플은 서로 다름: {score}. D가 너무 약할 뿐 G는 아직 덜 배웠습니다"
    ),
    "the samples differ: {score}, significantly below chance": "샘플이 서로 다름: {score}. 우연보다 유의하게 낮습니다",
    "the samples differ: {score}": "샘플이 서로 다름: {score}",
}
