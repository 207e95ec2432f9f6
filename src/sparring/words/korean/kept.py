"""Of runs that are stopped, killed or damaged, and of state that is no state of theirs."""

TEXTS = {
    "Stopped because its terminal was closed (SIGHUP) after step {step}; everything is saved. Go on with: {command}": (
        "터미널이 닫혀(SIGHUP) 스텝 {step}에서 멈췄습니다. 모두 저장했습니다. 계속하려면: {command}"
    ),
    "Stopped at once by a second Ctrl-C; the latest checkpoint is of step {step}. Go on from there with: {command}": (
        "두 번째 Ctrl-C로 바로 멈췄습니다. 마지막 체크포인트는 스텝 {step}의 것입니다. 거기서 계속하려면: {command}"
    ),
    "{error}. It diverged while it was prepared, and nothing was trained yet. Lower the learning rate, add a penalty, "
    "or check the range of the data.": (
        "{error}. 준비하는 동안 발산했고 아직 학습한 것은 없습니다. 학습률을 낮추거나 페널티를 더하거나 데이터의 범위를 확인하세요."
    ),
    "config.json was deleted while the run went on; it is written again": (
        "실행하는 동안 config.json이 지워져 다시 썼습니다"
    ),
    "{path} was removed while the run went on: nothing of it is left.": (
        "{path}: 실행하는 동안 폴더가 지워져 남은 것이 없습니다."
    ),
    "There is no folder {folder} any more, so no checkpoint was written.": (
        "{folder} 폴더가 없어져 체크포인트를 쓰지 못했습니다."
    ),
    "No room for {what} in {where}: {free} is free, but the file system takes no more files (no inode is left). What "
    "was there before is intact. Remove some files and try again; resume a run with `sparring resume`.": (
        "{where}에 {what}을(를) 쓸 수 없습니다. {free}이(가) 비어 있지만 파일 시스템에 파일을 더 만들 수 없습니다(아이노드 부족). "
        "전에 있던 것은 그대로입니다. 파일을 지우고 다시 시도하세요. 실행은 `sparring resume`으로 계속합니다."
    ),
    "{path} cannot be used: {why}. Check its name and who may use it.": (
        "{path}: 쓸 수 없습니다: {why}. 이름과 권한을 확인하세요."
    ),
    "No room to write {where}: {why}. Make room and try again.": (
        "{where}에 쓸 공간이 없습니다: {why}. 공간을 마련하고 다시 시도하세요."
    ),
    "the standard output": "표준 출력",
    "{name} is {value}; it must be an object": "{name} 값 {value}은(는) 쓸 수 없습니다. 객체여야 합니다",
    "{name} is {value}; it must be a list": "{name} 값 {value}은(는) 쓸 수 없습니다. 목록이어야 합니다",
    "{name} is {value}; it must be null": "{name} 값 {value}은(는) 쓸 수 없습니다. null이어야 합니다",
    "{name} has {n} entries; it must have from {low} to {high}": (
        "{name}의 항목이 {n}개입니다. {low}개에서 {high}개 사이여야 합니다"
    ),
    "{path} is damaged: {why}": "{path}: 손상되었습니다. {why}",
    "the tensor {name!r} of {part!r} is not finite": "{part!r}의 텐서 {name!r}에 유한하지 않은 값이 있습니다",
    "{path} is damaged: {name!r} is not finite.": "{path}: 손상되었습니다. {name!r}에 유한하지 않은 값이 있습니다.",
    "{path} is damaged: progress.steps is {steps}, and the manifest is of step {step}": (
        "{path}: 손상되었습니다. progress.steps는 {steps}인데 목록은 스텝 {step}의 것입니다"
    ),
    "{path} is damaged: plan.specs: low is not below high": (
        "{path}: 손상되었습니다. plan.specs의 low가 high보다 작지 않습니다"
    ),
    "{path} has {size}, and no run writes more than {most} there.": (
        "{path}: 크기가 {size}입니다. 실행은 여기에 {most}보다 많이 쓰지 않습니다."
    ),
    "{path} cannot be written: {why}.": "{path}: 쓸 수 없습니다: {why}.",
    "device {wish!r} was requested, but this machine has {n} of them, numbered from 0; use --run.device auto": (
        "{wish!r} 장치를 지정했지만 이 컴퓨터에는 0번부터 {n}개가 있습니다. --run.device auto를 쓰세요"
    ),
    "the file": "파일",
    "what the checkpoint says of itself": "체크포인트의 설명",
    "the checkpoint has optimizers of {saved}, the run of {own}": (
        "체크포인트의 옵티마이저는 {saved}의 것인데 이 실행의 옵티마이저는 {own}의 것입니다"
    ),
    "the checkpoint keeps nothing of the optimizer of {name}, after {step} steps": (
        "{step}스텝을 마친 체크포인트에 {name}의 옵티마이저 상태가 없습니다"
    ),
    "the checkpoint's optimizer of {name} keeps something of parameter {index}; there are {n}": (
        "체크포인트에서 {name}의 옵티마이저에 {index}번 파라미터의 상태가 있는데 파라미터는 {n}개입니다"
    ),
    "the checkpoint's optimizer of {name} has {key} = {value}, which is no value of it": (
        "체크포인트에서 {name}의 옵티마이저 설정 {key} = {value}: 쓸 수 없는 값입니다"
    ),
    "optimizers.safetensors holds {path!r}, which no optimizer of the run keeps": (
        "optimizers.safetensors에 이 실행의 옵티마이저에 속하지 않는 {path!r}이(가) 있습니다"
    ),
    "optimizers.safetensors is damaged: {why}": "optimizers.safetensors가 손상되었습니다. {why}",
    "{name}/{index}/{key} is missing": "{name}/{index}/{key}이(가) 없습니다",
    "{name}/{index}/{key} is foreign": "{name}/{index}/{key}은(는) 여기에 속하지 않습니다",
    "optimizers.safetensors is damaged: {name}/{index}/{key} is {saved}, and must be {own}": (
        "optimizers.safetensors가 손상되었습니다. {name}/{index}/{key}은(는) {saved}인데 {own}이어야 합니다"
    ),
    "run.threads is {value}; it must be at most {most:,}": (
        "run.threads 값 {value}은(는) 쓸 수 없습니다. {most:,} 이하여야 합니다"
    ),
}
