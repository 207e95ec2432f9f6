"""Of run folders and checkpoints on disk."""

TEXTS = {
    "a new run": "새 실행",
    "There is no folder {path}. `sparring list` shows the runs.": (
        "{path}: 폴더가 없습니다. `sparring list`로 실행 목록을 볼 수 있습니다."
    ),
    "{path} is no run folder: it has no {file}. `sparring list` shows the runs.": (
        "{path}: 실행 폴더가 아닙니다({file} 없음). `sparring list`로 실행 목록을 볼 수 있습니다."
    ),
    "{path} is no JSON object.": "{path}: JSON 객체가 아닙니다.",
    "{name!r} may be {names} in {folder}: say which.": (
        "{folder} 폴더에서 {name!r}에 맞는 실행이 여럿입니다({names}). 하나를 고르세요."
    ),
    "There is no run {name!r} in {folder}. Did you mean {near}?": (
        "{folder} 폴더에 {name!r} 실행이 없습니다. 혹시 {near}인가요?"
    ),
    "There is no run {name!r} in {folder}. `sparring list` shows the runs.": (
        "{folder} 폴더에 {name!r} 실행이 없습니다. `sparring list`로 실행 목록을 볼 수 있습니다."
    ),
    "There is no run in {folder}. `sparring train` makes one.": (
        "{folder} 폴더에 실행이 없습니다. `sparring train`으로 시작하세요."
    ),
    "{folder} is in use by {holder}. Two trainers cannot share a run: wait for it, or stop it ({stop} saves first), "
    "then `sparring resume {name}`.": (
        "{folder}: {holder} 프로세스가 쓰고 있습니다. 한 실행을 두 곳에서 학습할 수 없습니다. 끝나기를 기다리거나 "
        "멈춘 다음({stop}: 저장하고 멈춤) `sparring resume {name}`으로 계속하세요."
    ),
    "{folder} is in use by another process. Wait for it or stop it, then try again.": (
        "{folder}: 다른 프로세스가 쓰고 있습니다. 끝나기를 기다리거나 멈춘 다음 다시 시도하세요."
    ),
    "process {pid}": "{pid}번",
    "process {pid} on {host}": "{host} 컴퓨터의 {pid}번",
    "Ctrl-C in its window": "그 창에서 Ctrl-C",
    "{path} cannot be locked: {error}.": "{path}: 잠글 수 없습니다: {error}.",
    "the checkpoint of step {step}": "스텝 {step}의 체크포인트",
    "There is no whole checkpoint in {folder}.": "{folder} 폴더에 온전한 체크포인트가 없습니다.",
    "The checkpoint {name} was passed over: {error}": "체크포인트 {name}: 건너뛰었습니다. {error}",
    "{path} has no {name!r}; it has {parts}.": "{path}: {name!r} 부분이 없습니다. 있는 것: {parts}.",
    "no tensors": "텐서 없음",
    "{path} cannot be read: {error}.": "{path}: 읽을 수 없습니다: {error}.",
    "{path} is damaged: {name} is missing.": "{path}: 손상되었습니다. {name} 파일이 없습니다.",
    "{path} is damaged: it is no JSON object.": "{path}: 손상되었습니다. JSON 객체가 아닙니다.",
    "{path} is damaged: it is not as it was written.": "{path}: 손상되었습니다. 저장할 때의 내용이 아닙니다.",
    "{path} is damaged: it has {n:,} bytes, not {expected:,}.": (
        "{path}: 손상되었습니다. {expected:,}바이트가 아니라 {n:,}바이트입니다."
    ),
    "{path} is damaged: its SHA-256 is {found}..., the manifest says {expected}...": (
        "{path}: 손상되었습니다. SHA-256이 {found}...인데 목록에는 {expected}...입니다"
    ),
    "{path} is damaged: its tensors end at byte {at:,} of {size:,}.": (
        "{path}: 손상되었습니다. 텐서가 {size:,}바이트 중 {at:,}바이트에서 끝납니다."
    ),
    "{path} is damaged: {name!r} of shape {shape} and {dtype} cannot lie in bytes {begin:,} to {end:,} "
    "of a file with {size:,}.": (
        "{path}: 손상되었습니다. 모양 {shape}, {dtype} 형식의 텐서 {name!r}: {size:,}바이트 파일의 {begin:,}~{end:,}바이트에 "
        "있을 수 없습니다."
    ),
    "{path} has {size}, more than this machine's memory ({memory}). Read it on a larger one.": (
        "{path}: 크기가 {size}여서 이 컴퓨터의 메모리({memory})보다 큽니다. 메모리가 더 큰 컴퓨터에서 읽으세요."
    ),
    "{path} is not a manifest of the kind {kind!r}.": "{path}: {kind!r} 종류의 파일 목록이 아닙니다.",
    "{path} is of format {found!r}, and this sparring reads format {format}. Update sparring, or the file is damaged.": (
        "{path}: 형식이 {found!r}인데 이 버전의 sparring은 형식 {format}만 읽습니다. sparring을 업데이트하세요. "
        "그래도 안 되면 손상된 파일입니다."
    ),
    "{path} holds {name!r}, which is no part of it. Remove that file.": (
        "{path}: 체크포인트에 속하지 않는 {name!r} 파일이 있습니다. 지우세요."
    ),
    "{path} names the file {name!r}, which no checkpoint holds.": (
        "{path}: 체크포인트에 있을 수 없는 {name!r} 파일이 적혀 있습니다."
    ),
    "{path} is not a regular file.": "{path}: 일반 파일이 아닙니다.",
    "{path} cannot be read as tensors: {error}.": "{path}: 텐서로 읽을 수 없습니다: {error}.",
    "{path} has a damaged header ({error}).": "{path}: 헤더가 손상되었습니다 ({error}).",
    "{path} is no safetensors file: it ends within its first 8 bytes.": (
        "{path}: safetensors 파일이 아닙니다. 첫 8바이트 안에서 끝납니다."
    ),
    "{path} is no safetensors file: its header claims {n:,} bytes.": (
        "{path}: safetensors 파일이 아닙니다. 헤더의 크기가 {n:,}바이트로 적혀 있습니다."
    ),
}
