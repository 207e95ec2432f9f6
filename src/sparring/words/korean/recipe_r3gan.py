"""Of the recipe r3gan."""

TEXTS = {
    "group_width is {group}; it must divide {inner}, twice the width {width}": (
        "group_width가 {group}입니다. 너비 {width}의 두 배인 {inner}의 약수여야 합니다"
    ),
    "{value} (preset {preset})": "{value} (프리셋 {preset})",
    "{value} (a quarter of lr)": "{value} (lr의 4분의 1)",
    "{value} (a tenth of gamma)": "{value} (gamma의 10분의 1)",
    "R3GAN: a relativistic loss with R1 and R2 penalties and a plain residual network without normalization.": (
        "R3GAN: 상대론적 손실과 R1, R2 페널티, 그리고 정규화가 없는 단순한 잔차 네트워크."
    ),
    (
        "Learning rate, beta2, gamma and the half-life of the average change with the images seen, along half a cosine, and "
        "then stay. The default preset is small, for short runs; the paper's own presets need a GPU."
    ): (
        "학습률, beta2, gamma, 이동평균의 반감기는 본 이미지 수에 따라 반 코사인을 그리며 바뀐 뒤 그대로 유지됩니다. 기본 "
        "프리셋은 짧은 학습을 위한 작은 것(small)이고, 논문의 프리셋에는 GPU가 필요합니다."
    ),
    "Good for: the paper's samples, at its presets on a GPU; the small preset shows how it learns on a CPU.": (
        "용도: GPU에서 논문의 프리셋으로 논문의 결과 재현하기. 작은 프리셋은 CPU에서 학습 과정을 살펴보는 용도입니다."
    ),
    (
        "Values of the settings that are not given: small, for CPUs, at any size; auto, the paper's for the nearest "
        "resolution; or the paper's for a data set."
    ): (
        "지정하지 않은 설정의 값. small은 CPU용으로 어떤 크기에도 쓰고, auto는 해상도가 가장 가까운 논문의 프리셋, 나머지는 "
        "데이터셋별 논문의 프리셋입니다."
    ),
    "Adversarial loss; relativistic is the paper's.": "적대적 손실. 논문은 relativistic.",
    (
        "How the gradients of R1 and R2 are found: exact, by differentiating twice; functional, the same in a form that can be "
        "compiled; finite_differences, an estimate without differentiating twice."
    ): (
        "R1과 R2의 그래디언트를 구하는 방법. exact는 두 번 미분합니다. functional은 같은 값을 컴파일할 수 있는 형태로 구합니다. "
        "finite_differences는 두 번 미분하지 않고 유한 차분으로 추정합니다."
    ),
    (
        "Channels of each stage, from the smallest feature maps to the largest; each stage doubles the size. By preset."
    ): "각 단계의 채널 수. 가장 작은 특징 맵부터 적으며, 단계마다 크기가 두 배가 됩니다. 기본값은 프리셋이 정합니다.",
    "Residual blocks of a stage. By preset.": "단계마다의 잔차 블록 수. 기본값은 프리셋이 정합니다.",
    "Channels per group of the 3 x 3 convolutions; it must divide twice each width. By preset.": (
        "3 x 3 그룹 합성곱에서 한 그룹의 채널 수. 각 너비의 두 배를 나누어떨어지게 해야 합니다. 기본값은 프리셋이 정합니다."
    ),
    "Batch size. By preset.": "배치 크기. 기본값은 프리셋이 정합니다.",
    "Initial learning rate of both Adam optimizers. By preset.": (
        "두 Adam 옵티마이저의 초기 학습률. 기본값은 프리셋이 정합니다."
    ),
    "Learning rate after the decay; by default a quarter of the initial one.": (
        "감소가 끝난 뒤의 학습률. 기본값은 초기 학습률의 4분의 1."
    ),
    (
        "Initial weight of the R1 and R2 penalties, gamma/2 |grad D|^2 at real and at generated pictures, on every update of D. "
        "By preset."
    ): (
        "R1과 R2 페널티의 초기 가중치: 실제 이미지와 생성 이미지에서 gamma/2 |grad D|^2. D를 갱신할 때마다 적용합니다. 기본값은 "
        "프리셋이 정합니다."
    ),
    "The weight after the decay; by default a tenth of the initial one.": (
        "감소가 끝난 뒤의 가중치. 기본값은 초기 가중치의 10분의 1."
    ),
    "Adam's initial beta2, the decay of the second moment.": "Adam의 초기 beta2, 2차 모멘트의 감쇠율.",
    "Adam's beta2 after the decay.": "감소가 끝난 뒤 Adam의 beta2.",
    (
        "Change what D sees, real and generated alike: none; diffaugment, the published set; ada, as often as D calls for; "
        "scheduled, as the paper, ADA's set with a probability that grows from 0 to augment_p; auto, diffaugment where each "
        "picture would be seen very often. By preset."
    ): (
        "D가 보는 실제 이미지와 생성 이미지를 똑같은 방식으로 변형합니다. "
        "none은 쓰지 않음, diffaugment는 공개된 변형 모음, ada는 D의 출력에 "
        "따라 빈도를 조절, scheduled는 논문처럼 ADA의 변형을 쓰되 확률을 0에서 augment_p까지 올립니다. auto는 이미지 하나를 "
        "아주 여러 번 보게 될 때 diffaugment를 씁니다. 기본값은 프리셋이 정합니다."
    ),
    "Probability of scheduled augmentation after the decay. By preset.": (
        "감소가 끝난 뒤 scheduled 증강의 확률. 기본값은 프리셋이 정합니다."
    ),
    "Augment the real and the generated picture of a pair in the same way.": (
        "짝을 이룬 실제 이미지와 생성 이미지에 똑같은 변형을 적용합니다."
    ),
    (
        "Half-life of G's exponential moving average after the decay, in images; it grows from 0; 0 for none. By preset."
    ): "감소가 끝난 뒤 G의 지수이동평균(EMA)의 반감기, 이미지 수. 0에서 커집니다. 0은 쓰지 않음. 기본값은 프리셋이 정합니다.",
    (
        "Images over which these values change, which is also the default length of the run; 0 for the final values from the "
        "start, with a length of 2,000,000. By preset."
    ): (
        "이 값들이 바뀌는 동안의 이미지 수이며, 학습의 기본 길이이기도 합니다. 0이면 처음부터 마지막 값을 쓰고 길이는 "
        "2,000,000장입니다. 기본값은 프리셋이 정합니다."
    ),
}
