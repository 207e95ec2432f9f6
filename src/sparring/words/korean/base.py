"""Of the base: durable writes, settings, the system's own reasons."""

TEXTS = {
    # durable
    "{path} has {size:,} bytes; JSON of a run has at most {most:,}.": (
        "{path}의 크기가 {size:,}바이트입니다. 실행의 JSON은 {most:,}바이트를 넘지 않습니다."
    ),
    "{path} is not valid JSON: {why}.": "{path}은(는) 올바른 JSON이 아닙니다: {why}.",
    "it is wrong at line {line}, column {column}": "{line}행 {column}열이 잘못되었습니다",
    "it is not UTF-8": "UTF-8이 아닙니다",
    "nested too deeply": "중첩이 너무 깊습니다",
    "{name} is not a number of JSON": "{name}은(는) JSON의 수가 아닙니다",
    "{path} has more than the {most:,} bytes that are expected.": "{path}의 크기가 예상한 {most:,}바이트를 넘습니다.",
    "{path} cannot be read: {why}.": "{path}을(를) 읽을 수 없습니다: {why}.",
    "it is a link, and links are not followed": "링크이며, 링크는 따라가지 않습니다",
    (
        "No room for {what} in {where}: it needs about {needed}, {free} is free ({why}). What was there before "
        "is intact. Make room and try again; resume a run with `sparring resume`."
    ): (
        "{where}에 {what}을(를) 쓸 공간이 없습니다. 약 {needed}이(가) 필요한데 남은 공간은 {free}입니다({why}). "
        "전에 있던 내용은 그대로입니다. 공간을 확보한 뒤 다시 시도하세요. 실행은 `sparring resume`으로 이어 갈 "
        "수 있습니다."
    ),
    "an unknown amount": "알 수 없는 크기",
    "{n} bytes": "{n}바이트",
    # settings; every message about a setting begins with its name
    "{name} is {value}; it must be a whole number": "{name} 값 {value}은(는) 쓸 수 없습니다. 정수여야 합니다",
    "{name} is {value}; it must be a number": "{name} 값 {value}은(는) 쓸 수 없습니다. 수여야 합니다",
    "{name} is {value}; it must be true or false": "{name} 값 {value}은(는) 쓸 수 없습니다. true 또는 false여야 합니다",
    "{name} is {value}; it must be text": "{name} 값 {value}은(는) 쓸 수 없습니다. 문자열이어야 합니다",
    "{name} is {value}; it must be a path": "{name} 값 {value}은(는) 쓸 수 없습니다. 경로여야 합니다",
    "{name} is {value}; it must be {kind}": "{name} 값 {value}은(는) 쓸 수 없습니다. {kind} 형식이어야 합니다",
    "{name} is {value}; it must be a list of values": "{name} 값 {value}은(는) 쓸 수 없습니다. 값의 목록이어야 합니다",
    "{name} is {value}; it must be a list of {n} values": (
        "{name} 값 {value}은(는) 쓸 수 없습니다. 값 {n}개의 목록이어야 합니다"
    ),
    "{name} is {value}; it must be from {low:g} to {high:g}": (
        "{name} 값 {value}은(는) 쓸 수 없습니다. {low:g}에서 {high:g} 사이여야 합니다"
    ),
    "{name} is {value}{hint}; it is one of {known}": (
        "{name} 값 {value}은(는) 쓸 수 없습니다{hint}. 다음 중 하나여야 합니다: {known}"
    ),
    "; did you mean {near!r}?": " ({near!r}을(를) 찾으셨나요?)",
    "{one}, or {other}": "{one}. 또는 {other}",
    "of type {kind}": "({kind} 형식)",
    "{recipe} has no setting {name!r}{hint}": "레시피 {recipe}에 {name!r}(이)라는 설정이 없습니다{hint}",
    "{recipe} needs a value for {name}: it has no default": (
        "레시피 {recipe}의 {name}에는 기본값이 없으므로 값을 정해야 합니다"
    ),
    (
        "{name} takes {setting} as if it were a set of pictures; settings come after a star: def {name}(spec, *, "
        "{setting}={default!r})"
    ): (
        "레시피 {name}은(는) {setting}을(를) 데이터처럼 받습니다. 설정은 별표 뒤에 둡니다: def {name}(spec, *, "
        "{setting}={default!r})"
    ),
    "{name} takes no pictures; a recipe begins with their spec: def {name}(spec, *, lr=0.001)": (
        "레시피 {name}은(는) 데이터를 받지 않습니다. 레시피의 첫 매개변수는 데이터의 명세입니다: def "
        "{name}(spec, *, lr=0.001)"
    ),
    "{recipe} cannot be used as a recipe: {error}": "{recipe}은(는) 레시피로 쓸 수 없습니다: {error}",
    # the system
    "Operation not permitted": "허용되지 않은 작업입니다",
    "No such file or directory": "그런 파일이나 폴더가 없습니다",
    "Input/output error": "입출력 오류입니다",
    "Permission denied": "권한이 없습니다",
    "Device or resource busy": "장치나 자원이 사용 중입니다",
    "File exists": "파일이 이미 있습니다",
    "Not a directory": "폴더가 아닙니다",
    "Is a directory": "폴더입니다",
    "Too many open files": "열린 파일이 너무 많습니다",
    "File too large": "파일이 너무 큽니다",
    "No space left on device": "장치에 남은 공간이 없습니다",
    "Read-only file system": "읽기 전용 파일 시스템입니다",
    "File name too long": "파일 이름이 너무 깁니다",
    "Too many levels of symbolic links": "심볼릭 링크의 단계가 너무 많습니다",
    "Disk quota exceeded": "디스크 할당량을 초과했습니다",
}
