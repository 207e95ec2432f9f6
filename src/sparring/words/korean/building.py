"""Of recipes as sessions find and build them: by name, in files, and from what a checkpoint says."""

TEXTS = {
    "there is no recipe {name!r}{hint} The recipes are {known}, or ./FILE.py:NAME": (
        "{name!r} 레시피는 없습니다{hint} 쓸 수 있는 레시피: {known}, 또는 ./FILE.py:NAME"
    ),
    "{text} names a file and no function in it: {text}:NAME": "{text}: 파일 안의 함수 이름이 빠졌습니다: {text}:NAME",
    "{path} has no function {name!r}{hint}; it has {functions}": (
        "{path}: {name!r} 함수가 없습니다{hint}. 있는 함수: {functions}"
    ),
    "{name!r} in {path} is called {own!r}; give the function its own name": (
        "{path} 파일의 {name!r}: 함수 자신의 이름은 {own!r}입니다. 함수에 그 이름을 붙이세요"
    ),
    "cannot read {path}: {error}": "{path}: 읽을 수 없습니다: {error}",
    "{path} cannot be run: {error}": "{path}: 실행할 수 없습니다: {error}",
    "the recipe {name} returned {kind}, not an Experiment": "레시피 {name}: Experiment가 아니라 {kind} 값을 돌려주었습니다",
    "the weights do not fit what the checkpoint says of itself: {name} is {saved} in the file and {own} in the "
    "network its settings describe": (
        "가중치가 체크포인트의 설명과 맞지 않습니다: {name}의 모양이 파일에는 {saved}, 설정대로 만든 신경망에는 {own}입니다"
    ),
    "this run was made by the recipe {name!r}, and {given!r} was given": (
        "이 실행의 레시피는 {name!r}인데 {given!r} 레시피를 받았습니다"
    ),
    "this run was made by the recipe {name!r}, which is not one of the library's; say where it is:{flag}, "
    "or in Python recipe=THE_FUNCTION": (
        "이 실행의 레시피 {name!r}: 라이브러리에 없는 레시피입니다. 파일의 위치를 알려 주세요:{flag}, "
        "파이썬에서는 recipe=THE_FUNCTION"
    ),
    "the checkpoint does not fit its recipe: {error}": "체크포인트가 레시피와 맞지 않습니다: {error}",
    "the map {name!r} of {game} names {network!r}, which is no network of it": (
        "{game}의 맵 {name!r}: {network!r} 신경망이 게임에 없습니다"
    ),
    "the map {name!r} of {game} names domain {domain!r}; there is {known}": (
        "{game}의 맵 {name!r}: {domain!r} 도메인이 없습니다. 있는 도메인: {known}"
    ),
}
