"""Recipes `pix2pix`, `cut` and `fastcut`: their settings, and what is said of pairs."""

TEXTS = {
    # pix2pix
    "pix2pix: translation learned from pairs, such as maps and aerial photos of the same places.": (
        "pix2pix: 같은 장소의 지도와 항공 사진처럼 서로 대응하는 이미지 쌍으로 학습하는 변환."
    ),
    (
        "D sees source and translation together. The noise is dropout, which is off when a trained model is used: one picture "
        "has one translation. For 32 to 64 pixels: ``--load 0 --crop 0 --translator shuffle --blocks 3 --d-features 32 "
        "--d-layers 1 --batch-size 8 --lr 5e-4``."
    ): (
        "D는 원본과 변환 결과를 함께 봅니다. 노이즈는 드롭아웃뿐이며 학습이 끝난 모델을 쓸 때는 꺼지므로, 이미지 한 장의 "
        "변환 결과는 하나입니다. 32~64픽셀에는: ``--load 0 --crop 0 --translator shuffle --blocks 3 --d-features 32 "
        "--d-layers 1 --batch-size 8 --lr 5e-4``."
    ),
    "Weight of the L1 distance to the target.": "정답과의 L1 거리의 가중치.",
    "Generator: the paper's U-Net, a residual network, or one for small pictures that starts as the identity.": (
        "생성자: 논문의 U-Net(unet), 잔차 네트워크(resnet), 또는 항등 함수에서 시작하는 작은 이미지용 네트워크(shuffle)."
    ),
    "Halvings of the U-Net: 8 for 256 pixels, 7 for 128, 5 for 32.": (
        "U-Net이 크기를 절반으로 줄이는 횟수: 256픽셀이면 8, 128픽셀이면 7, 32픽셀이면 5."
    ),
    "Residual blocks of the other generators: 9 for 256 pixels, 6 for 128, 3 for 32.": (
        "다른 생성자의 잔차 블록 수: 256픽셀이면 9, 128픽셀이면 6, 32픽셀이면 3."
    ),
    "Dropout in the U-Net's first three stages up.": "U-Net 디코더의 처음 세 단계에 쓰는 드롭아웃.",
    "Side of the random square crop, the same for both pictures; 0 for whole pictures.": (
        "무작위로 잘라 내는 정사각형의 한 변. 두 이미지를 같은 위치에서 자릅니다. 0이면 이미지 전체를 씁니다."
    ),
    "Mirror half of the pairs at random.": "이미지 쌍의 절반을 무작위로 좌우로 뒤집습니다.",
    "Batch size, in pairs.": "배치 크기(이미지 쌍의 수).",
    "Passes over the pairs at the full learning rate.": "처음 학습률로 모든 쌍을 보는 횟수(에폭).",
    "Half-life of the generator's exponential moving average, in images; 0 for none.": (
        "생성자 지수 이동 평균의 반감기(이미지 수). 0은 쓰지 않음."
    ),
    # cut, fastcut
    "CUT: unpaired translation in one direction, with one generator: less memory and time than CycleGAN.": (
        "CUT: 생성자 하나로 한 방향으로만 하는, 짝이 없는 변환. CycleGAN보다 메모리와 시간이 적게 듭니다."
    ),
    (
        "A contrastive loss keeps the content: each patch of a translation must be more like the same patch of its source than "
        "like the source's other patches. For 32 to 64 pixels: ``--load 0 --crop 0 --translator shuffle --taps 0 1 2 3 4 "
        "--blocks 3 --d-features 32 --d-layers 1 --batch-size 8 --lr 5e-4``."
    ): (
        "대조 손실이 내용을 지킵니다. 변환 결과의 각 패치는 원본의 다른 패치보다 같은 위치의 패치와 더 닮아야 합니다. "
        "32~64픽셀에는: ``--load 0 --crop 0 --translator shuffle --taps 0 1 2 3 4 --blocks 3 --d-features 32 --d-layers 1 "
        "--batch-size 8 --lr 5e-4``."
    ),
    "FastCUT: CUT with a heavier contrastive loss, none on the pictures of y, and mirrored sources: faster and less faithful.": (
        "FastCUT: 대조 손실의 가중치를 키우고, y의 이미지에는 적용하지 않으며, 원본을 좌우로 뒤집는 CUT. 더 빠르지만 덜 정확합니다."
    ),
    "A step costs about 60 % of CUT's, and the run is half as long.": (
        "한 스텝의 비용은 CUT의 약 60 %이고, 학습 길이는 절반입니다."
    ),
    "Weight of the patchwise contrastive loss.": "패치별 대조 손실의 가중치.",
    "Apply the contrastive loss to pictures of y and their translations too.": (
        "y의 이미지와 그 변환 결과에도 대조 손실을 적용합니다."
    ),
    "Mirror half of the sources of the contrastive loss, so that a mirrored picture has a mirrored translation.": (
        "대조 손실의 원본 절반을 좌우로 뒤집어, 뒤집은 이미지의 변환 결과도 뒤집히게 합니다."
    ),
    "Layers of the generator whose features are compared.": "특징을 비교하는 생성자 층의 번호.",
    "Patches that are compared, of each layer.": "층마다 비교하는 패치의 수.",
    "Channels of the two-layer networks between features and contrastive loss.": (
        "특징과 대조 손실 사이에 있는 2층 네트워크의 채널 수."
    ),
    "Temperature of the contrastive loss.": "대조 손실의 온도.",
    "Generator: the paper's residual network, or one for small pictures that starts as the identity.": (
        "생성자: 논문의 잔차 네트워크(resnet), 또는 항등 함수에서 시작하는 작은 이미지용 네트워크(shuffle)."
    ),
    "Blur in generator and discriminator before halving and after doubling; not in the generator for small pictures.": (
        "생성자와 판별자에서 크기를 줄이기 전과 키운 뒤에 흐리게 합니다(안티에일리어싱). 작은 이미지용 생성자에는 쓰지 않습니다."
    ),
    "Halving layers of a discriminator; with antialiasing 1, 2, 3 give patches of 18, 40, 84 pixels.": (
        "판별자에서 크기를 절반으로 줄이는 층의 수. 안티에일리어싱을 쓰면 1, 2, 3일 때 패치가 18, 40, 84픽셀입니다."
    ),
    "Resize the shorter side to this before cropping; 0 leaves it. While the learning rate decays: to the crop's side.": (
        "자르기 전에 짧은 변을 이 크기로 맞춥니다. 0이면 그대로 둡니다. 학습률이 줄어드는 동안에는 자르는 크기에 맞춥니다."
    ),
    "x has {x} channels and y {y}: one generator encodes both here, so they must be equal": (
        "x의 채널은 {x}개, y의 채널은 {y}개입니다. 생성자 하나가 둘을 모두 부호화하므로 채널 수가 같아야 합니다"
    ),
    "lambda_nce is {value}; it cannot be negative": "lambda_nce가 {value}입니다. 음수일 수 없습니다",
    "lambda_l1 is {value}; it cannot be negative": "lambda_l1이 {value}입니다. 음수일 수 없습니다",
    "patches {patches}, width {width}, temperature {temperature}: all of them must be above 0": (
        "patches {patches}, width {width}, temperature {temperature}: 모두 0보다 커야 합니다"
    ),
    "layers {taps}: the network has layers 0 to {last}": "층 {taps}: 네트워크의 층은 0부터 {last}까지입니다",
    "translation needs pictures of two domains: a batch of x and of y": (
        "변환에는 두 도메인의 이미지가 필요합니다: x의 배치와 y의 배치"
    ),
    # pairs
    "How pairs lie: files (same names in --data and --data-y; default), or side by side in --data's pictures.": (
        "쌍을 찾는 방법: 파일 이름이 같은 --data와 --data-y의 이미지(files, 기본값), 또는 --data의 이미지마다 나란히 있는 "
        "두 이미지."
    ),
    "The second domain: for each picture of --data one of the same file name.": (
        "두 번째 도메인. --data의 이미지마다 파일 이름이 같은 이미지가 하나씩 있어야 합니다."
    ),
    "{name} does not learn from pairs; --pairs is for recipes that do": (
        "{name}은(는) 쌍으로 학습하지 않습니다. --pairs는 쌍으로 학습하는 레시피에만 씁니다"
    ),
    "with --pairs {pairs} both pictures of a pair are in --data; leave --data-y out": (
        "--pairs {pairs}이면 쌍의 두 이미지가 모두 --data에 있습니다. --data-y는 빼십시오"
    ),
    (
        "{n:,} files have no partner of the same name: {names}. File names must match, extensions may differ; rename or remove "
        "them, or pass --skip-bad to train without them"
    ): (
        "이름이 같은 짝이 없는 파일이 {n:,}개입니다: {names}. 파일 이름은 같아야 하고 확장자는 달라도 됩니다. 이름을 바꾸거나 "
        "지우십시오. --skip-bad를 주면 이 파일들을 빼고 학습합니다"
    ),
    "{n:,} files without a partner were left out: {names}": "짝이 없는 파일 {n:,}개를 뺐습니다: {names}",
    "no file of {x} has a partner of the same name in {y}": "{x}의 어떤 파일도 {y}에 이름이 같은 짝이 없습니다",
    "the pictures are {width} pixels wide; two pictures side by side have an even width": (
        "이미지의 너비가 {width}픽셀입니다. 두 이미지가 나란히 있으면 너비가 짝수여야 합니다"
    ),
    "x has {x:,} pictures and y {y:,}; in pairs, picture i of one belongs to picture i of the other": (
        "x의 이미지는 {x:,}장, y의 이미지는 {y:,}장입니다. 쌍에서는 한쪽의 i번째 이미지가 다른 쪽의 i번째 이미지와 대응해야 합니다"
    ),
    "the pictures of x are {x} and those of y {y}; the two pictures of a pair have one size: give --size": (
        "x의 이미지는 {x}, y의 이미지는 {y}입니다. 쌍의 두 이미지는 크기가 같아야 합니다: --size로 맞추십시오"
    ),
    "{path} holds {keys}; an npz of pairs holds pictures x and pictures y.": (
        "{path}에는 {keys}이(가) 있습니다. 쌍을 담은 npz에는 이미지 x와 이미지 y가 있어야 합니다."
    ),
    "Fluent Emoji, {style}, all but the test designs (MIT, (c) Microsoft Corporation)": (
        "Fluent Emoji, {style}, 테스트 디자인을 뺀 전부 (MIT, (c) Microsoft Corporation)"
    ),
    "held out by the run": "학습에서 제외해 둔 이미지",
}
