"""Of the help of lsgan, wgan_gp and sngan."""

TEXTS = {
    "LSGAN: DCGAN's networks with a least-squares loss, which also moves samples that D already takes for real.": (
        "LSGAN: DCGAN의 신경망에 최소제곱 손실을 씁니다. D가 이미 진짜로 판단한 샘플도 계속 움직이는 손실입니다."
    ),
    (
        "The paper's two choices of a, b and c are 0, 1, 1 and -1, 1, 0; with the second G minimises a Pearson chi-squared "
        "divergence."
    ): (
        "논문이 쓰는 a, b, c는 0, 1, 1과 -1, 1, 0 두 가지이며, 두 번째 값에서는 G가 피어슨 카이제곱 발산을 "
        "최소화합니다."
    ),
    "What D's logit is drawn to for generated pictures.": "D가 생성 이미지의 로짓을 맞추는 목표값.",
    "What D's logit is drawn to for real pictures.": "D가 실제 이미지의 로짓을 맞추는 목표값.",
    "What G draws D's logit to.": "G가 생성 이미지의 로짓을 맞추는 목표값.",
    "Discriminator updates per generator update; the paper has 1, StudioGAN's version 2.": (
        "생성자를 한 번 갱신할 때 판별자를 갱신하는 횟수. 논문은 1, StudioGAN의 구현은 2."
    ),
    "Half-life of G's exponential moving average, in images; 0, as in the paper, for none.": (
        "G의 지수이동평균(EMA)의 반감기, 이미지 수. 0은 논문처럼 쓰지 않음."
    ),
    (
        "WGAN-GP: Wasserstein loss with a gradient penalty; D's loss estimates how far generated pictures are from the "
        "data."
    ): (
        "WGAN-GP: 그래디언트 페널티를 쓰는 바서슈타인 손실. D의 손실로 생성 이미지가 데이터에서 얼마나 먼지 어림할 "
        "수 있습니다."
    ),
    (
        "The paper's residual networks for 32 x 32, which halve D and double G further for larger pictures. They are "
        "large: on a machine without an accelerator set smaller widths, for example ``--features 64 --d-features 64``. "
        "The paper's batch for G is twice that of D; here they are equal."
    ): (
        "논문의 32 x 32용 잔차 네트워크입니다. 더 큰 이미지에서는 D의 다운샘플링과 G의 업샘플링 단계가 늘어납니다. "
        "크기가 크므로 가속기가 없는 컴퓨터에서는 ``--features 64 --d-features 64``처럼 너비를 줄이십시오. 논문의 G "
        "배치는 D 배치의 두 배이지만, 여기서는 같습니다."
    ),
    (
        "Weight of the gradient penalty (lambda in the paper), (|grad D| - 1)^2 on lines between real and generated "
        "pictures; without it (0) the loss has no bound."
    ): (
        "그래디언트 페널티의 가중치(논문의 lambda): 실제 이미지와 생성 이미지를 잇는 선분 위에서 (|grad D| - 1)^2. "
        "0으로 두면 손실이 한없이 작아질 수 있습니다."
    ),
    "Critic updates per generator update (n_critic in the paper).": (
        "생성자를 한 번 갱신할 때 비평자(critic)를 갱신하는 횟수(논문의 n_critic)."
    ),
    (
        "Normalization of D: none, or layer norm. Batch norm would couple the samples that the penalty takes one by one."
    ): (
        "D의 정규화: 없음(none) 또는 층 정규화(layer). 배치 정규화는 샘플들을 서로 묶으므로, 샘플마다 따로 구하는 "
        "페널티와 맞지 않습니다."
    ),
    (
        "Images over which the learning rates fall linearly to 0, which is also the default length of the run; 0 keeps "
        "the rates constant, with a length of 6,400,000."
    ): (
        "학습률이 0까지 일정하게 줄어드는 동안의 이미지 수이며, 실행의 기본 길이이기도 합니다. 0이면 학습률이 "
        "일정하고 길이는 6,400,000장입니다."
    ),
    "SNGAN: residual networks with spectral normalization in D; the projection discriminator if conditional.": (
        "SNGAN: D에 스펙트럼 정규화를 쓰는 잔차 네트워크. 조건부로 학습하면 projection 판별자를 씁니다."
    ),
    (
        "The paper's network for 32 x 32, which halves D and doubles G further for larger pictures. It is large: on a "
        "machine without an accelerator set smaller widths and fewer updates of D, for example ``--features 64 "
        "--d-features 64 --d-steps 2``. The paper's batch for G is twice that of D; here they are equal."
    ): (
        "논문의 32 x 32용 네트워크입니다. 더 큰 이미지에서는 D의 다운샘플링과 G의 업샘플링 단계가 늘어납니다. 크기가 "
        "크므로 가속기가 없는 컴퓨터에서는 ``--features 64 --d-features 64 --d-steps 2``처럼 너비와 D의 갱신 횟수를 "
        "줄이십시오. 논문의 G 배치는 D 배치의 두 배이지만, 여기서는 같습니다."
    ),
    "Discriminator updates per generator update (n_dis in the paper).": (
        "생성자를 한 번 갱신할 때 판별자를 갱신하는 횟수(논문의 n_dis)."
    ),
    "Channels of G's first feature map and the following ones up to 32 x 32; larger ones have fewer.": (
        "G의 첫 특징 맵부터 32 x 32까지의 채널 수. 더 큰 특징 맵은 채널이 더 적습니다."
    ),
    "Channels of D's last feature maps; at more than 32 pixels the first ones have fewer.": (
        "D의 마지막 특징 맵들의 채널 수. 32픽셀보다 큰 이미지에서는 처음 특징 맵들의 채널이 더 적습니다."
    ),
    "Rounds of power iteration per forward pass of D, by which singular values are found.": (
        "D의 순전파마다 특잇값을 구하는 거듭제곱 반복의 횟수."
    ),
    "Add noise as wide as a step of the stored values to the training pictures.": (
        "학습 이미지에 저장된 값 한 단계 크기의 노이즈를 더합니다(역양자화)."
    ),
    "Condition G and D on the class labels: conditional batch norm in G, projection in D.": (
        "클래스 레이블을 조건으로 줍니다. G는 조건부 배치 정규화, D는 projection을 씁니다."
    ),
    (
        "Images over which the learning rates fall linearly to 0, which is also the default length of the run; 0 keeps "
        "the rates constant, with a length of 3,200,000."
    ): (
        "학습률이 0까지 일정하게 줄어드는 동안의 이미지 수이며, 실행의 기본 길이이기도 합니다. 0이면 학습률이 "
        "일정하고 길이는 3,200,000장입니다."
    ),
}
