"""Of StyleGAN2: the recipe, path length, and what is done with styles."""

TEXTS = {
    # recipe
    "StyleGAN2: styles, from coarse to fine, that can be mixed and moved towards the mean.": (
        "StyleGAN2: 큰 구조에서 세부까지 층마다 주는 스타일로 이미지를 만들고, 스타일을 섞거나 평균 쪽으로 옮길 수 있습니다."
    ),
    (
        "A mapping network turns z into a style w, modulated convolutions draw with it, noise adds what is left to chance. What "
        "is not given follows from the resolution, as in the published automatic configuration; the paper's own, at 1024 pixels, "
        "is ``--mapping 8 --lr 2e-3 --gamma 10 --ema 10000``. For a CPU take ``--width 64`` or less."
    ): (
        "매핑 네트워크가 z를 스타일 w로 바꾸고, 변조 합성곱이 그 스타일로 이미지를 그리며, 노이즈가 우연에 맡긴 세부를 더합니다. "
        "지정하지 않은 값은 공개된 자동 설정처럼 해상도에 따라 정해집니다. 1024픽셀에서 논문의 설정은 "
        "``--mapping 8 --lr 2e-3 --gamma 10 --ema 10000``입니다. CPU에서는 ``--width 64`` 이하를 쓰세요."
    ),
    "Needs: one set of pictures; labels for --conditional; at full width a GPU.": (
        "필요: 이미지 한 세트. --conditional에는 클래스 레이블. 채널을 다 쓰려면 GPU."
    ),
    "Good for: pictures of one kind, such as faces, at 32 to 1024 pixels, and for working with w: truncation, mixing, walks.": (
        "용도: 얼굴처럼 한 종류로 된 32~1024픽셀 이미지, 그리고 w를 다루는 작업: 절단(truncation), 스타일 믹싱, 보간."
    ),
    "Dimension of the noise z and of w.": "노이즈 z와 w의 차원.",
    "Layers of the mapping network; the paper has 8.": "매핑 네트워크의 층 수. 논문은 8.",
    "Factor on the channels; by default 1 from 512 pixels, else 0.5.": (
        "채널 수에 곱하는 값. 기본값은 512픽셀부터 1, 그보다 작으면 0.5."
    ),
    "Most channels of a feature map.": "특징 맵 채널 수의 상한.",
    "Share of the training samples that mix the styles of two z.": "학습할 때 두 z의 스타일을 섞는 샘플의 비율.",
    (
        "Weight of the R1 penalty, gamma/2 |grad D|^2 at real pictures; by default 0.0002 side^2 / batch size; 0 for none."
    ): ("R1 페널티의 가중치: 실제 이미지에서 gamma/2 |grad D|^2. 기본값은 0.0002 × 한 변² / 배치 크기. 0은 쓰지 않음."),
    "Updates of D from one R1 penalty to the next, which weighs as many times more.": (
        "R1 페널티를 적용하는 D의 갱신 간격. 가중치도 그만큼 곱합니다."
    ),
    "Weight of path length regularization; 0 for none.": "경로 길이 정규화의 가중치. 0은 쓰지 않음.",
    "Updates of G from one path length regularization to the next, which weighs as many times more.": (
        "경로 길이 정규화를 적용하는 G의 갱신 간격. 가중치도 그만큼 곱합니다."
    ),
    "Samples of a batch that D compares with each other.": "배치 안에서 D가 서로 비교하는 샘플의 수.",
    (
        "Half-life of G's exponential moving average, in images; by default 312.5 times the batch size; 0 for none."
    ): "G의 지수이동평균(EMA)의 반감기, 이미지 수. 기본값은 배치 크기의 312.5배. 0은 쓰지 않음.",
    (
        "Augmentation of what D sees, so that it does not learn few pictures by heart: ADA, which adapts its strength, or "
        "DiffAugment; auto is DiffAugment in runs of 600 passes and more."
    ): (
        "D가 적은 이미지를 외우지 않도록, D가 보는 이미지를 증강합니다. ada는 세기를 스스로 맞추고, diffaugment는 DiffAugment이며, "
        "auto는 600에폭 이상 학습할 때 DiffAugment를 씁니다."
    ),
    "{value:g} (automatic)": "{value:g} (자동)",
    # path length
    "share is {share} and decay {decay}; both are above 0, up to 1": (
        "share는 {share}, decay는 {decay}입니다. 둘 다 0보다 크고 1 이하여야 합니다"
    ),
    # styles
    "truncation is {value!r}; it is a number from -2 to 2: 1 changes nothing, 0 gives the mean picture": (
        "truncation 값 {value!r}: -2에서 2 사이의 수여야 합니다. 1이면 그대로이고 0이면 평균 이미지가 나옵니다"
    ),
    "truncation is {value:g}, but this model has none; models with styles do, such as those of stylegan2": (
        "truncation이 {value:g}인데, 이 모델에는 그 기능이 없습니다. stylegan2처럼 스타일이 있는 모델에서 쓸 수 있습니다"
    ),
    "this model has no styles to mix; those of stylegan2 have": (
        "이 모델에는 섞을 스타일이 없습니다. stylegan2 모델에서 쓸 수 있습니다"
    ),
    "--mix and --interpolate are two ways from seed to seed; give one of them": (
        "--mix와 --interpolate는 시드에서 시드로 가는 서로 다른 방법입니다. 하나만 지정하세요"
    ),
    "--mix is {text!r}; give two seeds, such as 1:2": (
        "--mix 값 {text!r}은(는) 쓸 수 없습니다. 시드 두 개를 지정하세요. 예: 1:2"
    ),
    # sparring sample
    (
        "How far styles go from their mean (models with styles, such as stylegan2): 1 changes nothing; 0.7 gives less variety and "
        "fewer bad pictures; 0 gives the mean picture."
    ): (
        "스타일이 평균에서 떨어지는 정도(stylegan2처럼 스타일이 있는 모델): 1이면 그대로, 0.7이면 다양성이 줄고 나쁜 이미지도 "
        "줄며, 0이면 평균 이미지가 나옵니다."
    ),
    (
        "Two seeds, 1:2 (models with styles): from picture 1 to picture 2, which lends it the style of one more layer in each, "
        "the finest first."
    ): (
        "시드 두 개, 예: 1:2 (스타일이 있는 모델). 이미지 1에서 이미지 2로, 세부 층부터 한 층씩 더 2의 스타일로 바꾸며 갑니다."
    ),
    (
        "Seeds and the number of frames: 1:2:60 goes from seed 1 to 2; 1:2:3:4:60 through all, animated in a loop. Models with "
        "styles go through these, others through the noise."
    ): (
        "시드와 프레임 수. 1:2:60은 시드 1에서 2까지의 보간, 1:2:3:4:60은 모든 시드를 지나며 애니메이션은 처음으로 돌아옵니다. "
        "스타일이 있는 모델은 스타일 공간에서, 다른 모델은 노이즈 공간에서 보간합니다."
    ),
}
