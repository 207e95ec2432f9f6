"""Of folders and zips of pictures: what is done to them, what is left out and why, and what ``data check`` says."""

TEXTS = {
    "{n:,} files are not pictures and were left out: {kinds}": "이미지가 아닌 파일 {n:,}개를 제외했습니다: {kinds}",
    # why a file is left out
    "empty file": "빈 파일입니다",
    "truncated": "끝이 잘렸습니다",
    "damaged": "손상되었습니다",
    "damaged (a checksum is wrong) or truncated": "손상되었거나(체크섬이 다름) 끝이 잘렸습니다",
    "damaged (unknown filter)": "손상되었습니다(알 수 없는 필터)",
    "not a picture, or damaged at its start": "이미지가 아니거나 앞부분이 손상되었습니다",
    "more than {most:,} pixels: refused before decoding": "{most:,}픽셀을 넘어 디코딩하지 않았습니다",
    "{width:,} x {height:,} is more than {most:,} pixels: refused before decoding": (
        "{width:,} x {height:,}은(는) {most:,}픽셀을 넘어 디코딩하지 않았습니다"
    ),
    "more than {most:,} values: refused before decoding": "값이 {most:,}개를 넘어 디코딩하지 않았습니다",
    "needs more memory than there is": "메모리가 모자랍니다",
    "holds NaN or infinite values": "NaN이나 무한대 값이 있습니다",
    "a 16-bit colour PPM, which would be cut to 8 bits; save it as PNG or TIFF": (
        "16비트 컬러 PPM이라 8비트로 잘립니다. PNG나 TIFF로 저장하세요"
    ),
    "an AVIF of more than 8 bits, which would be cut to 8; save it as 16-bit PNG": (
        "8비트를 넘는 AVIF라 8비트로 잘립니다. 16비트 PNG로 저장하세요"
    ),
    "a HEIC of {depth} bits, which would be cut to 8; save it as 16-bit PNG": (
        "{depth}비트 HEIC라 8비트로 잘립니다. 16비트 PNG로 저장하세요"
    ),
    "an interlaced 16-bit colour PNG; save it without interlacing": (
        "인터레이스 방식의 16비트 컬러 PNG입니다. 인터레이스 없이 저장하세요"
    ),
    "32-bit integers from {low} to {high}; save as 16-bit or float": (
        "{low}에서 {high}까지의 32비트 정수입니다. 16비트나 실수로 저장하세요"
    ),
    "damaged, or a TIFF of a kind that needs: pip install 'sparring[tiff]'": (
        "손상되었거나 추가 패키지가 필요한 TIFF입니다: pip install 'sparring[tiff]'"
    ),
    "a TIFF of {bits}-bit colour needs: pip install 'sparring[tiff]'": (
        "{bits}비트 컬러 TIFF에는 추가 패키지가 필요합니다: pip install 'sparring[tiff]'"
    ),
    "a TIFF of {kind}; save it as uint8, uint16 or float32": (
        "자료형이 {kind}인 TIFF입니다. uint8, uint16, float32 중 하나로 저장하세요"
    ),
    "a TIFF page of shape {shape}, expected height, width and channels": (
        "TIFF 페이지의 모양이 {shape}입니다. 높이, 너비, 채널이어야 합니다"
    ),
    "decodes to {width}x{height}, not what its header says": (
        "디코딩하면 {width}x{height}(으)로, 헤더에 적힌 크기와 다릅니다"
    ),
    "{size:,} bytes, more than {most:,}": "{size:,}바이트로, {most:,}바이트를 넘습니다",
    "declares {size:,} bytes, more than {most:,}": "크기가 {size:,}바이트로 적혀 있어 {most:,}바이트를 넘습니다",
    "declares {size:,} bytes, but holds {held:,}": "크기가 {size:,}바이트로 적혀 있지만 {held:,}바이트입니다",
    "the name points outside of the zip": "이름이 zip 바깥을 가리킵니다",
    "encrypted": "암호화되어 있습니다",
    # folders and zips
    "{path} has {packed:,} bytes and declares {total:,}: refused, it looks like a zip bomb.": (
        "{path}의 크기는 {packed:,}바이트인데 풀면 {total:,}바이트라고 적혀 있습니다. 압축 폭탄으로 보여 열지 않습니다."
    ),
    "{path} is not a zip that can be read: {why}.": "{path}을(를) zip으로 읽을 수 없습니다: {why}.",
    "damaged, or not a zip": "손상되었거나 zip이 아닙니다",
    "There are no pictures in {path} that can be read.": "{path}에 읽을 수 있는 이미지가 없습니다.",
    "No file in {path} can be read:": "{path}에서 읽을 수 있는 파일이 없습니다:",
    "{bad:,} of {files:,} files in {source} cannot be read, more than 1 %:": (
        "{source}의 파일 {files:,}개 중 1 %가 넘는 {bad:,}개를 읽을 수 없습니다:"
    ),
    "Repair or remove them, or pass --skip-bad (in Python skip_bad=True) to train without them.": (
        "고치거나 지우세요. 이 파일들 없이 학습하려면 --skip-bad(파이썬에서는 skip_bad=True)를 붙이세요."
    ),
    "and {more:,} more; `sparring data check --json` names all": (
        "그 밖에 {more:,}개. 전체는 `sparring data check --json`으로 볼 수 있습니다"
    ),
    "{n:,} HEIC photos cannot be read; pip install 'sparring[heic]' or convert them": (
        "HEIC 이미지 {n:,}장을 읽을 수 없습니다. pip install 'sparring[heic]'을 실행하거나 다른 형식으로 변환하세요"
    ),
    "{n:,} file is not a picture and was left out: {kinds}": "이미지가 아닌 파일 {n:,}개를 제외했습니다: {kinds}",
    "{n:,} hidden": "숨김 파일 {n:,}개",
    "{n:,} without a suffix": "확장자 없는 파일 {n:,}개",
    "{n:,} that are not regular files": "일반 파일이 아닌 것 {n:,}개",
    "{n:,} {suffix}": "{suffix} {n:,}개",
    "{names} and {n:,} others": "{names} 외 {n:,}개",
    "The pictures have {n:,} different sizes: {sizes}. {advice}": "이미지의 크기가 {n:,}가지입니다: {sizes}. {advice}",
    "{n:,} of {size}": "{size} {n:,}장",
    "{n:,} of {bits} bits": "{bits}비트 {n:,}장",
    "{n:,} of {channels}": "{channels}채널 {n:,}장",
    "Float pictures cannot be mixed with others, their ranges differ: {mixed}. {odd}": (
        "실수 이미지는 값의 범위가 달라 다른 이미지와 섞을 수 없습니다: {mixed}. {odd}"
    ),
    "The pictures have different numbers of channels: {mixed}. {odd}": (
        "이미지의 채널 수가 서로 다릅니다: {mixed}. {odd}"
    ),
    "Convert or remove {names}.": "다음 파일을 변환하거나 지우세요: {names}.",
    (
        "Resize them with --size {edge} (or --size HEIGHTxWIDTH); they are centre-cropped, never distorted "
        "(--fit top keeps the upper part of tall ones, --fit contain all of each)."
    ): (
        "--size {edge} (또는 --size 높이x너비)로 크기를 맞추세요. 비율은 그대로 두고 가운데를 잘라 냅니다(--fit "
        "top은 세로로 긴 이미지의 위쪽을, --fit contain은 전체를 남깁니다)."
    ),
    (
        "Resize them with --size {quick}, quick enough on this machine's CPU, or up to --size {edge}, which "
        "enlarges few; they are centre-cropped, never distorted (--fit top keeps the upper part of tall ones, "
        "--fit contain all of each)."
    ): (
        "--size {quick}(으)로 크기를 맞추면 이 컴퓨터의 CPU로도 충분히 빠르고, --size {edge}까지는 확대되는 "
        "이미지가 적습니다. 비율은 그대로 두고 가운데를 잘라 냅니다(--fit top은 세로로 긴 이미지의 위쪽을, --fit "
        "contain은 전체를 남깁니다)."
    ),
    # what is done to them
    "centre-cropped": "가운데를 잘라",
    "cropped with the upper part kept": "위쪽을 남기고 잘라",
    "padded by repeating their edges": "가장자리를 반복해 채워",
    "{n:,} image was resized to {to}": "이미지 {n:,}장의 크기를 {to}(으)로 바꿨습니다",
    "{n:,} images were resized to {to}": "이미지 {n:,}장의 크기를 {to}(으)로 바꿨습니다",
    "{n:,} image would be resized to {to}": "이미지 {n:,}장의 크기를 {to}(으)로 바꾸게 됩니다",
    "{n:,} images would be resized to {to}": "이미지 {n:,}장의 크기를 {to}(으)로 바꾸게 됩니다",
    "{n:,} image was {cut} and resized to {to}": "이미지 {n:,}장의 {cut} 크기를 {to}(으)로 맞췄습니다",
    "{n:,} images were {cut} and resized to {to}": "이미지 {n:,}장의 {cut} 크기를 {to}(으)로 맞췄습니다",
    "{n:,} image would be {cut} and resized to {to}": "이미지 {n:,}장의 {cut} 크기를 {to}(으)로 맞추게 됩니다",
    "{n:,} images would be {cut} and resized to {to}": "이미지 {n:,}장의 {cut} 크기를 {to}(으)로 맞추게 됩니다",
    "{all:,} images were resized to {to}; {n:,} of them was {cut}": (
        "이미지 {all:,}장의 크기를 {to}(으)로 바꿨고, 그중 {n:,}장은 {cut} 맞췄습니다"
    ),
    "{all:,} images were resized to {to}; {n:,} of them were {cut}": (
        "이미지 {all:,}장의 크기를 {to}(으)로 바꿨고, 그중 {n:,}장은 {cut} 맞췄습니다"
    ),
    "{all:,} images would be resized to {to}; {cropped:,} of them would be {cut}": (
        "이미지 {all:,}장의 크기를 {to}(으)로 바꾸게 되며, 그중 {cropped:,}장은 {cut} 맞추게 됩니다"
    ),
    "{n:,} colour picture turned to grey": "컬러 이미지 {n:,}장을 흑백으로 바꿨습니다",
    "{n:,} colour pictures turned to grey": "컬러 이미지 {n:,}장을 흑백으로 바꿨습니다",
    "{n:,} grey picture turned to RGB": "흑백 이미지 {n:,}장을 RGB로 바꿨습니다",
    "{n:,} grey pictures turned to RGB": "흑백 이미지 {n:,}장을 RGB로 바꿨습니다",
    "{n:,} 8-bit picture turned to 16 bits": "8비트 이미지 {n:,}장을 16비트로 바꿨습니다",
    "{n:,} 8-bit pictures turned to 16 bits": "8비트 이미지 {n:,}장을 16비트로 바꿨습니다",
    "{n:,} with transparency, put over white": "투명한 부분이 있는 {n:,}장은 흰 바탕에 놓았습니다",
    "{n:,} animated, of which the first frame is used": "움직이는 이미지 {n:,}장은 첫 프레임만 씁니다",
    "sub-folders are taken as classes: {names}": "하위 폴더를 클래스로 봅니다: {names}",
    "{sentence}; they are named like folders of a camera or dates, which is harmless without --conditional": (
        "{sentence}. 카메라 폴더나 날짜 같은 이름이지만 --conditional을 쓰지 않으면 상관없습니다"
    ),
    "{sentence}; {odd} is named like a folder of a camera or a date, which is harmless without --conditional": (
        "{sentence}. {odd}은(는) 카메라 폴더나 날짜 같은 이름이지만 --conditional을 쓰지 않으면 상관없습니다"
    ),
    "{sentence}; {odd} are named like folders of a camera or dates, which is harmless without --conditional": (
        "{sentence}. {odd}은(는) 카메라 폴더나 날짜 같은 이름이지만 --conditional을 쓰지 않으면 상관없습니다"
    ),
    # data check
    "folder": "폴더",
    "embedded": "패키지에 포함",
    "named": "데이터셋",
    "array": "배열",
    "dataset": "torch Dataset",
    "{source} ({kind}): {n:,} usable picture": "{source} ({kind}): 쓸 수 있는 이미지 {n:,}장",
    "{source} ({kind}): {n:,} usable pictures": "{source} ({kind}): 쓸 수 있는 이미지 {n:,}장",
    "{n:,} in grey, {bits} bits": "{bits}비트 흑백 이미지 {n:,}장",
    "{n:,} in {channels} channels, {bits} bits": "{bits}비트 {channels}채널 이미지 {n:,}장",
    "{n} classes: {counts}": "클래스 {n}개: {counts}",
    "{n:,} without a label": "레이블 없는 이미지 {n:,}장",
    "{n:,} cannot be read:": "읽을 수 없는 파일 {n:,}개:",
    "near-duplicates: {n:,}": "거의 같은 이미지: {n:,}쌍",
    "{later} looks like {first}": "{later}: {first}과(와) 거의 같음",
    "and {n:,} more": "그 밖에 {n:,}개",
    "picture {i}": "이미지 {i}",
    "warning: {warning}": "경고: {warning}",
    "training would stop: {error}": "이대로는 학습할 수 없습니다: {error}",
    "{bad:,} of {files:,} files are bad: more than 1 % stops training; repair or remove them, or pass --skip-bad": (
        "파일 {files:,}개 중 {bad:,}개를 읽을 수 없습니다. 1 %를 넘으면 학습이 시작되지 않습니다. 고치거나 "
        "지우거나, --skip-bad를 붙이세요"
    ),
    "the pictures are stored as colour but hold only grey": "이미지가 컬러로 저장되어 있지만 내용은 모두 흑백입니다",
    "{n:,} picture is smaller than {size} and would be enlarged": "이미지 {n:,}장은 {size}보다 작아 확대됩니다",
    "{n:,} pictures are smaller than {size} and would be enlarged": "이미지 {n:,}장은 {size}보다 작아 확대됩니다",
    "{n:,} different sizes: {sizes}. {advice}": "크기가 {n:,}가지입니다: {sizes}. {advice}",
    "{size} is slow to train on this machine's CPU; --size {quick} has {times:,} times fewer pixels": (
        "{size}은(는) 이 컴퓨터의 CPU로 학습하기에 느립니다. --size {quick}(으)로 하면 픽셀 수가 {times:,}분의 1입니다"
    ),
    "16-bit pictures, but the largest value is {largest}: stretch them, or they train dark": (
        "16비트 이미지인데 가장 큰 값이 {largest}입니다. 값의 범위를 늘리지 않으면 어두운 이미지로 학습됩니다"
    ),
    "only the first {n:,} pictures were compared for near-duplicates": (
        "거의 같은 이미지는 처음 {n:,}장에서만 찾았습니다"
    ),
    "{n:,} picture is too few: a GAN would memorise it": "이미지가 {n:,}장뿐입니다. GAN이 그대로 외우게 됩니다",
    "{n:,} pictures are few: a GAN would memorise them": "이미지가 {n:,}장뿐입니다. GAN이 그대로 외우게 됩니다",
    "{n:,} near-duplicates: they are seen twice as often": (
        "거의 같은 이미지가 {n:,}쌍 있습니다. 학습에서 두 배 자주 쓰입니다"
    ),
    ("{n:,} float pictures hold values far beyond {usual:.3g}, beside which the others are nearly flat: {names}"): (
        "실수 이미지 {n:,}장의 값이 {usual:.3g}보다 훨씬 커서, 나머지 이미지가 거의 균일하게 보입니다: {names}"
    ),
    "classes with fewer than 20 pictures: {names}": "이미지가 20장보다 적은 클래스: {names}",
    "preview: {target} ({seen})": "미리보기: {target} ({seen})",
    "{count:,} of {all:,} pictures at {size}, --fit {fit}": "{size} 이미지 {all:,}장 중 {count:,}장, --fit {fit}",
    "--preview is {name!r}; the sheet is a PNG: give a name that ends in .png": (
        "--preview 값 {name!r}은(는) 쓸 수 없습니다. 미리보기는 PNG이므로 .png로 끝나는 이름을 지정하세요"
    ),
    "--preview is {name!r}, which already exists; give another name": (
        "--preview 값 {name!r}은(는) 이미 있는 파일입니다. 다른 이름을 지정하세요"
    ),
}
