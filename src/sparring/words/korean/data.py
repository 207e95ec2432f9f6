"""Of the data room: what cannot be opened and why, progress, sources."""

TEXTS = {
    # any source
    (
        "data of type {kind} cannot be read as pictures; give a path, the name of a set, an array or tensor (N, "
        "C, H, W), or a map-style Dataset or DataLoader of torch."
    ): (
        "{kind} 형식의 데이터는 이미지로 읽을 수 없습니다. 경로, 데이터셋 이름, (N, C, H, W) 배열이나 텐서, 또는 "
        "번호로 읽는 torch의 Dataset이나 DataLoader를 지정하세요."
    ),
    "The pictures were a {kind} in memory, which is not kept with a run; pass them again with data=.": (
        "학습에 쓴 이미지는 메모리에 있던 {kind}(이)라서 실행과 함께 저장되지 않았습니다. data=로 다시 넘겨 주세요."
    ),
    "There is no file, folder or set called {source!r}.": "{source!r}(이)라는 파일, 폴더, 데이터셋이 없습니다.",
    "Did you mean the folder {other}?": "폴더 {other}을(를) 찾으셨나요?",
    "Did you mean the file {other}?": "파일 {other}을(를) 찾으셨나요?",
    "Did you mean {other}?": "{other}을(를) 찾으셨나요?",
    "The sets are: {names}.": "쓸 수 있는 데이터셋: {names}.",
    "{name!r} cannot be read: {reason}.": "{name!r}을(를) 읽을 수 없습니다: {reason}.",
    "{name} has no pictures (shape {shape}).": "{name}에 이미지가 없습니다(모양 {shape}).",
    "{name!r} has {n:,} pictures": "{name!r}에는 이미지가 {n:,}장 있습니다",
    "{have}; at least 2 (better 500) are needed, or set --run.held-out 0": (
        "{have}. 적어도 2장(되도록 500장)이 필요하며, 아니면 --run.held-out 0으로 정하세요"
    ),
    "{have}; {held_out:,} cannot be held out: --run.held-out takes 1 to {most:,}": (
        "{have}. 검증용으로 {held_out:,}장을 떼어 놓을 수 없습니다. --run.held-out은 1에서 {most:,}까지입니다"
    ),
    "{n} classes": "클래스 {n}개",
    "{count:,} of {height} x {width} x {channels}, {bits} bits": (
        "{height} x {width} x {channels} 이미지 {count:,}장, {bits}비트"
    ),
    "the first pictures": "처음 몇 장의 이미지",
    "size is {size!r}; give one side (64) or height x width (48x64), from 1 to {most} pixels": (
        "size 값 {size!r}은(는) 쓸 수 없습니다. 한 변(64) 또는 높이x너비(48x64)를 1에서 {most} 픽셀 사이로 지정하세요"
    ),
    "{name} is {value}; it is one of {known}": (
        "{name} 값 {value}은(는) 쓸 수 없습니다. 다음 중 하나여야 합니다: {known}"
    ),
    "a batch of {count} does not divide among {world} processes": (
        "크기 {count}인 배치는 프로세스 {world}개로 나누어떨어지지 않습니다"
    ),
    "crop is {crop}, but the pictures of {name} are {size} (load {load}); make crop smaller": (
        "crop 값 {crop}이(가) 도메인 {name}의 이미지 {size}보다 큽니다(load {load}). crop을 줄이세요"
    ),
    "the pictures of x are {a} and those of y {b}; give a size for both": (
        "도메인 x의 이미지는 {a}, 도메인 y의 이미지는 {b}입니다. 둘에 같은 크기를 지정하세요"
    ),
    # progress
    "reading headers": "헤더 읽는 중",
    "decoding": "디코딩 중",
    "reading": "읽는 중",
    "resizing": "크기 바꾸는 중",
    "downloading {name}": "{name} 내려받는 중",
    # sources
    "an array in memory": "메모리에 있는 배열",
    "a {name} in memory": "메모리에 있는 {name}",
    "Fashion-MNIST, the first 10,000 training pictures (MIT, (c) 2017 Zalando SE)": (
        "Fashion-MNIST, 학습 이미지 중 처음 10,000장 (MIT, (c) 2017 Zalando SE)"
    ),
    "Fluent Emoji, {style} (MIT, (c) Microsoft Corporation)": (
        "Fluent Emoji, 그림체 {style} (MIT, (c) Microsoft Corporation)"
    ),
    "Fluent Emoji, {style}, designs of {role} (MIT, (c) Microsoft Corporation)": (
        "Fluent Emoji, 그림체 {style}, {role}의 도안 (MIT, (c) Microsoft Corporation)"
    ),
    "The embedded pictures {name} cannot be read ({why}); reinstall sparring.": (
        "패키지에 들어 있는 이미지 {name}을(를) 읽을 수 없습니다({why}). sparring을 다시 설치하세요."
    ),
    # what is no file
    "the name of the data is empty; give a folder, a file or the name of a set": (
        "데이터 이름이 비어 있습니다. 폴더, 파일 또는 데이터셋 이름을 지정하세요"
    ),
    "{path} is a named pipe, not a file; save what comes out of it to a file first.": (
        "{path}은(는) 파일이 아니라 명명된 파이프입니다. 나오는 내용을 먼저 파일로 저장하세요."
    ),
    "{path} is a socket, not a file; save what comes out of it to a file first.": (
        "{path}은(는) 파일이 아니라 소켓입니다. 나오는 내용을 먼저 파일로 저장하세요."
    ),
    "{path} is a device, not a file.": "{path}은(는) 파일이 아니라 장치입니다.",
    "{path} is not on a disk: it belongs to the kernel (/proc, /sys), where there are no pictures.": (
        "{path}은(는) 디스크에 있지 않습니다. 이미지가 없는 커널의 파일 시스템(/proc, /sys)에 속합니다."
    ),
    # while training
    "{path} has changed while it is being read: it was cut short or written anew": (
        "{path}이(가) 읽는 중에 바뀌었습니다. 파일이 잘렸거나 다시 쓰였습니다"
    ),
    "{error}. The run is saved after step {step}; restore the data and go on with: sparring resume {path}": (
        "{error}. {step}스텝까지 저장했습니다. 데이터를 되돌린 뒤 다음으로 이어 가세요: sparring resume {path}"
    ),
    # cache and downloads
    "set SPARRING_CACHE to a folder with room": "SPARRING_CACHE에 공간이 있는 폴더를 지정하세요",
    "No room left in the cache {folder}; free some space or {advice}.": (
        "캐시 {folder}에 남은 공간이 없습니다. 공간을 확보하거나 {advice}."
    ),
    "Cannot write to the cache {folder}: {why}; {advice}.": "캐시 {folder}에 쓸 수 없습니다: {why}. {advice}.",
    (
        "{url} is not what it should be: its content has SHA-256 {got}, expected {sha256}. The file was removed; "
        "try again later, or give a path to your own copy."
    ): (
        "{url}의 내용이 예상과 다릅니다. 내용의 SHA-256은 {got}인데 {sha256}이어야 합니다. 파일을 지웠으니 "
        "나중에 다시 시도하거나, 가지고 있는 파일의 경로를 지정하세요."
    ),
    "(unpacks to more than it should)": "(풀린 크기가 정해진 것보다 큼)",
    "(not gzip)": "(gzip이 아님)",
    "(something follows its end)": "(파일 끝 뒤에 다른 내용이 있음)",
    "(cut short)": "(끝이 잘림)",
    (
        "Cannot download {url}: {reason}. What came so far is kept and the next try continues from there. "
        "Without a network, give the path to your own copy (--data PATH)."
    ): (
        "{url}을(를) 내려받을 수 없습니다: {reason}. 지금까지 받은 부분은 남아 있어 다음에 이어서 받습니다. "
        "네트워크가 없으면 가지고 있는 파일의 경로를 지정하세요(--data PATH)."
    ),
    "the server stopped after {have:,} of {total:,} bytes": (
        "서버가 {total:,}바이트 중 {have:,}바이트만 보내고 멈췄습니다"
    ),
    # arrays
    "{kind} of shape {shape} is no array of numbers": "모양 {shape}의 {kind}은(는) 수의 배열이 아닙니다",
    "it ends too early: {kind} of shape {shape} takes {size:,} bytes, and there are {held:,}": (
        "파일의 끝이 잘렸습니다. 모양 {shape}의 {kind}에는 {size:,}바이트가 필요한데 {held:,}바이트뿐입니다"
    ),
    "{bad:,} of {count:,} pictures hold values beyond {most:.1e}, the largest of float32; scale them.": (
        "이미지 {count:,}장 중 {bad:,}장에 float32의 최댓값 {most:.1e}을(를) 넘는 값이 있습니다. 값의 범위를 줄이세요."
    ),
    "The tensor ({kind}, {layout}) cannot be read: {error}.": "텐서({kind}, {layout})를 읽을 수 없습니다: {error}.",
    "{path} holds {keys}; name the pictures images, x or arr_0.": (
        "{path}에는 {keys}이(가) 들어 있습니다. 이미지의 이름은 images, x, arr_0 중 하나여야 합니다."
    ),
    "{name} declares {size:,} bytes in a file of {packed:,}: refused.": (
        "{name}의 크기가 {size:,}바이트라고 적혀 있지만 파일은 {packed:,}바이트뿐이어서 열지 않습니다."
    ),
    "{name} is damaged: {kind} of shape {shape} in {size:,} bytes.": (
        "{name}이(가) 손상되었습니다: {size:,}바이트에 모양 {shape}의 {kind}."
    ),
    "{path} does not fit into memory; store it as .npy, which is read from the disk.": (
        "{path}이(가) 메모리에 들어가지 않습니다. 디스크에서 읽을 수 있는 .npy로 저장하세요."
    ),
    "{path} takes {size} of memory, and {free} is free; store it as .npy, which is read from the disk.": (
        "{path}에는 메모리가 {size} 필요한데 {free}만 남아 있습니다. 디스크에서 읽을 수 있는 .npy로 저장하세요."
    ),
    "{path} is damaged or not a {suffix} file: {error}": "{path}이(가) 손상되었거나 {suffix} 파일이 아닙니다: {error}",
    "{path} cannot be read: it is not a valid gzip file.": (
        "{path}을(를) 읽을 수 없습니다: 올바른 gzip 파일이 아닙니다."
    ),
    "{path} cannot be read: it ends too early.": "{path}을(를) 읽을 수 없습니다: 파일의 끝이 잘렸습니다.",
    "{path} cannot be read: its compressed data is damaged.": (
        "{path}을(를) 읽을 수 없습니다: 압축된 데이터가 손상되었습니다."
    ),
    "{name} is not an IDX file: it is empty.": "{name}은(는) IDX 파일이 아닙니다: 비어 있습니다.",
    "{name} is not an IDX file: it starts with {start}.": "{name}은(는) IDX 파일이 아닙니다: {start}(으)로 시작합니다.",
    "{name} ends within its header.": "{name}이(가) 헤더 중간에서 끝납니다.",
    "{name} has {size:,} bytes and claims to hold {expected:,}: refused before unpacking.": (
        "{name}은(는) {size:,}바이트인데 풀면 {expected:,}바이트라고 적혀 있어 풀지 않습니다."
    ),
    "{name} should hold {expected:,} bytes of values {shape}, but holds {held:,}.": (
        "{name}에는 모양 {shape}의 값 {expected:,}바이트가 있어야 하지만 {held:,}바이트가 있습니다."
    ),
    "{name} should hold {expected:,} bytes of values {shape}, but holds more than {held:,}.": (
        "{name}에는 모양 {shape}의 값 {expected:,}바이트가 있어야 하지만 {held:,}바이트보다 많이 있습니다."
    ),
    "give (N, H, W), (N, H, W, C) or (N, C, H, W)": "(N, H, W), (N, H, W, C), (N, C, H, W) 중 하나로 주세요",
    "The array of shape {shape} holds no pictures.": "모양 {shape}의 배열에는 이미지가 없습니다.",
    "The array of shape {shape} looks like a single picture; {advice}.": (
        "모양 {shape}의 배열은 이미지 한 장으로 보입니다. {advice}."
    ),
    "The array has shape {shape}; {advice}.": "배열의 모양이 {shape}입니다. {advice}.",
    "In shape {shape} the channels may be the second axis or the last; transpose it so that they differ.": (
        "모양 {shape}에서는 채널이 둘째 축인지 마지막 축인지 알 수 없습니다. 둘이 다르도록 축을 바꾸세요."
    ),
    "The array holds integers from {low} to {high}; give 0..255, 0..65535, or floats.": (
        "배열에 {low}에서 {high}까지의 정수가 있습니다. 0..255, 0..65535의 정수 또는 실수를 주세요."
    ),
    "The array holds {kind}; give uint8, uint16 or floats.": (
        "배열의 자료형이 {kind}입니다. uint8, uint16 또는 실수를 주세요."
    ),
    "{bad:,} of {count:,} pictures hold NaN or infinite values.": (
        "이미지 {count:,}장 중 {bad:,}장에 NaN이나 무한대 값이 있습니다."
    ),
    "Every value of the pictures is {low}: there is nothing to learn.": (
        "이미지의 모든 값이 {low}입니다. 배울 것이 없습니다."
    ),
    "There are {count:,} pictures, but the labels have shape {shape}.": (
        "이미지는 {count:,}장인데 레이블의 모양은 {shape}입니다."
    ),
    "The labels ({kind}) are neither whole numbers nor words.": "레이블({kind})이 정수도 문자열도 아닙니다.",
    "The pictures have {have} channels and {wanted} are requested; only 1 and 3 turn into each other.": (
        "이미지의 채널은 {have}개인데 {wanted}개로 요청되었습니다. 서로 바꿀 수 있는 것은 1개와 3개뿐입니다."
    ),
    "{have}-bit and {bits}-bit pictures cannot be mixed.": "{have}비트 이미지와 {bits}비트 이미지는 섞을 수 없습니다.",
    # datasets of torch
    "collect what it gives first, e.g. torch.stack([picture for picture, label in dataset]), and give that tensor": (
        "먼저 torch.stack([picture for picture, label in dataset])처럼 내용을 모아 그 텐서를 넘겨 주세요"
    ),
    "{name} does not fit into memory; store its pictures as .npy and give the path.": (
        "{name}이(가) 메모리에 들어가지 않습니다. 이미지를 .npy로 저장하고 그 경로를 지정하세요."
    ),
    "{name}: values from {low:g} to {high:g} are taken as black to white": (
        "{name}: {low:g}에서 {high:g}까지의 값을 검은색에서 흰색까지로 봅니다"
    ),
    "{given:,} of {count:,} items of {name} have a label; give one for all (-1 for none) or for none.": (
        "{name}의 항목 {count:,}개 중 {given:,}개에만 레이블이 있습니다. 모두에 붙이거나(없으면 -1) 아무 데도 "
        "붙이지 마세요."
    ),
    "{name} can only be iterated, but training reads pictures by number; {advice}.": (
        "{name}은(는) 차례로만 읽을 수 있는데, 학습은 이미지를 번호로 읽습니다. {advice}."
    ),
    "{name} does not say how many items it has: it needs __len__. Or {advice}.": (
        "{name}에 __len__이 없어 항목이 몇 개인지 알 수 없습니다. __len__을 만들거나, {advice}."
    ),
    "{name} has no items.": "{name}에 항목이 없습니다.",
    "Item {number} of {name}": "{name}의 {number}번 항목",
    (
        "Item {number} of {name} is {shape}, the first {first} (height x width x channels); give a size, or let "
        "a transform bring all to one."
    ): (
        "{name}의 {number}번 항목은 {shape}인데 첫 항목은 {first}입니다(높이 x 너비 x 채널). 크기를 지정하거나 "
        "변환으로 모두 같은 크기로 맞추세요."
    ),
    "Item {number} of {name} holds {kind}, the first {first}; give all of one type.": (
        "{name}의 {number}번 항목은 자료형이 {kind}인데 첫 항목은 {first}입니다. 모두 같은 자료형으로 주세요."
    ),
    "Item {number} of {name} cannot be read: {kind}: {error}": (
        "{name}의 {number}번 항목을 읽을 수 없습니다: {kind}: {error}"
    ),
    "The labels of {name} are not of one kind; give each item one number or one word.": (
        "{name}의 레이블이 한 종류가 아닙니다. 항목마다 수 하나나 낱말 하나를 붙이세요."
    ),
    (
        "{where} is of type {kind}; a picture is a tensor (C, H, W), an array (H, W, C) or a Pillow picture, "
        "alone or as (picture, label)."
    ): (
        "{where}은(는) {kind} 형식입니다. 이미지는 (C, H, W) 텐서, (H, W, C) 배열, Pillow 이미지 중 하나이며, "
        "그대로 또는 (이미지, 레이블)로 주세요."
    ),
    "{where} has shape {shape}; a picture is (C, H, W) or (H, W).": (
        "{where}의 모양이 {shape}입니다. 이미지는 (C, H, W) 또는 (H, W)여야 합니다."
    ),
}
